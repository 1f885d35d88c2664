namespace GameCluster.Services;

/// <summary>Services are declared wrongly. The message lists every problem, so that one start shows them all.</summary>
public sealed class ServiceCatalogException(IReadOnlyList<string> problems)
    : Exception($"The services have {problems.Count} problem(s):{string.Concat(problems.Select(problem => $"{Environment.NewLine}  - {problem}"))}")
{
    /// <summary>One sentence each.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
