namespace GameCluster.LoadTest.Processes;

/// <summary>The repository this program was built from, and the programs that were built with it.</summary>
internal static class Repository
{
    private const string RootMark = "GameCluster.sln";

    private static readonly Lazy<string> FoundRoot = new(FindRoot);

    /// <summary>The repository's folder.</summary>
    public static string Root => FoundRoot.Value;

    /// <summary>The configuration that this program was built in: Debug or Release.</summary>
    public static string Configuration => Output.Parent!.Name;

    // .../bin/<configuration>/<framework>/
    private static DirectoryInfo Output => new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    /// <summary>The program of a project, in the configuration of this one.</summary>
    /// <param name="project">The project's folder below the root.</param>
    public static string ProgramOf(string project) =>
        Path.Combine(Root, project, "bin", Configuration, Output.Name, $"GameCluster.{Path.GetFileName(project)}.dll");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, RootMark)))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds {RootMark}: run this from inside the repository.");
    }
}
