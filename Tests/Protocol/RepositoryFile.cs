namespace GameCluster.Tests.Protocol;

/// <summary>Files of the repository the tests were built from.</summary>
internal static class RepositoryFile
{
    private const string RootMark = "GameCluster.sln";

    /// <summary>Reads a text file by its path below the repository's root.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(FindRoot(), path));

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
