namespace GameCluster.Tests.Client;

/// <summary>
/// A program that tests of the JavaScript client need and that is not ours. Without it the asking test is ignored, or fails where the environment variable CI
/// is <c>true</c>.
/// </summary>
internal static class InstalledProgram
{
    public static string Node() => Find("Node 18 or later", "node");

    public static string Chromium() => Find("Chromium", "chromium", "chromium-browser", "google-chrome");

    private static string Find(string what, params string[] names)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists) ?? throw Missing(what);
    }

    private static ResultStateException Missing(string what)
    {
        var reason = $"This test needs {what} on the PATH.";
        return Environment.GetEnvironmentVariable("CI") == "true" ? new AssertionException(reason) : new IgnoreException(reason);
    }
}
