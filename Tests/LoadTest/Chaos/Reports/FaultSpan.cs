namespace GameCluster.LoadTest.Chaos.Reports;

/// <summary>A fault as the players noticed it.</summary>
/// <param name="At">Seconds from the begin of the history.</param>
/// <param name="Until">When what it had befallen served again; the history's end where it did not.</param>
/// <param name="Noticed">How long players waited while it lasted.</param>
internal sealed record FaultSpan(long Id, string Kind, string Target, double At, double Until, PausesInTime Noticed)
{
    private const string Digits = "0123456789";

    /// <summary>What was done to what kind of process, such as <c>kill silo</c>: faults with the same are told of together.</summary>
    public string Sort
    {
        get
        {
            var befallen = Target.Split(", ").Select(static name => name.TrimEnd(Digits.ToCharArray()).TrimEnd('-')).Distinct().ToList();
            return befallen.Count > 1 ? $"{Kind} everything" : befallen[0] == Kind ? Kind : $"{Kind} {befallen[0]}";
        }
    }
}
