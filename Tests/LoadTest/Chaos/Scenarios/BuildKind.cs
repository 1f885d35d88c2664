namespace GameCluster.LoadTest.Chaos.Scenarios;

/// <summary>Where a process' program comes from.</summary>
internal enum BuildKind
{
    /// <summary>This repository.</summary>
    Own,

    /// <summary>Another checkout, which <c>--other</c> names.</summary>
    Other,
}
