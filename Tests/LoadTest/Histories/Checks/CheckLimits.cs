namespace GameCluster.LoadTest.Histories.Checks;

/// <summary>Where a check has room for judgement.</summary>
internal sealed record CheckLimits
{
    /// <summary>
    /// A member is owed what was published if it stayed, with a connection, for so long after the publish was acknowledged: until then a push may have been
    /// on its way when the member left.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Violations that are quoted; all are counted.</summary>
    public int Quoted { get; init; } = 10;

    /// <summary>Resident memory a process may reach, in bytes.</summary>
    public long? MaxResidentBytes { get; init; }

    /// <summary>Growth of resident memory per hour over the later half of a process' samples, in bytes.</summary>
    public double? MaxResidentSlope { get; init; }

    /// <summary>Growth of open handles per hour, likewise.</summary>
    public double? MaxHandleSlope { get; init; }
}
