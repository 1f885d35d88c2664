namespace GameCluster.LoadTest.Chaos.Reports;

/// <summary>Something that a scenario expects, and what came of it.</summary>
internal sealed record Demand(string What, string Expected, string Found, bool IsMet);
