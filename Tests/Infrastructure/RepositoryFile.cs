namespace GameCluster.Tests.Infrastructure;

/// <summary>Files of the repository the tests were built from.</summary>
internal static class RepositoryFile
{
    private const string RootMark = "GameCluster.sln";

    private static readonly string[] NotOurs = ["bin", "obj", ".git", "node_modules", "BenchmarkDotNet.Artifacts", "TestResults", "gamecluster-data"];

    private static readonly Lazy<string> FoundRoot = new(FindRoot);

    /// <summary>The repository's folder.</summary>
    public static string Root => FoundRoot.Value;

    /// <summary>Reads a text file by its path below the repository's root.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The paths, below the repository's root and with '/', of all files whose names match; what is built or downloaded is left aside.</summary>
    public static IReadOnlyList<string> Find(string pattern) =>
    [
        .. Directory.EnumerateFiles(Root, pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Intersect(NotOurs).Any())
            .Order(StringComparer.Ordinal),
    ];

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, RootMark)))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException(
            $"No folder above {AppContext.BaseDirectory} holds {RootMark}: run the tests from inside the repository.");
    }
}
