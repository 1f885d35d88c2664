namespace GameCluster.LoadTest.Histories.Checks;

/// <summary>What a check found.</summary>
/// <param name="Name">The check, in one word.</param>
/// <param name="Promise">What holds if it passed.</param>
/// <param name="Examined">How many things it looked at. A check that had nothing to look at says nothing.</param>
/// <param name="Violations">How many were wrong.</param>
/// <param name="First">The first of them.</param>
/// <param name="Figures">Counts and times beside the verdict, in the units that their names say.</param>
internal sealed record CheckResult(
    string Name, string Promise, long Examined, long Violations, IReadOnlyList<Violation> First, IReadOnlyDictionary<string, double> Figures)
{
    public bool Passed => Violations == 0;

    /// <summary>Things that would have taken too long to judge.</summary>
    public int Undecided => (int)Figures.GetValueOrDefault("undecided");
}
