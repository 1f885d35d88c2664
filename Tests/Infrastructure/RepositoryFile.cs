namespace GameCluster.Tests.Infrastructure;

/// <summary>Files of the repository the tests were built from.</summary>
internal static class RepositoryFile
{
    private static readonly string[] NotOurs = ["bin", "obj", ".git", "node_modules", "BenchmarkDotNet.Artifacts", "TestResults", "gamecluster-data"];

    /// <summary>The repository's folder.</summary>
    public static string Root => Repository.Root;

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
}
