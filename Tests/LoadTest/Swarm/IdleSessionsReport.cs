using System.Globalization;
using GameCluster.LoadTest.Measuring;

namespace GameCluster.LoadTest.Swarm;

/// <summary>The growth of the server's memory by sessions, divided by their number.</summary>
internal sealed record IdleSessionsReport(
    int Sessions, int Primed, IReadOnlyList<ServerUsage> Connected, IReadOnlyList<ServerUsage> Away, string Counts, IReadOnlyDictionary<string, int> Violations)
{
    public string Command { get; } = "swarm --idle";

    public Machine Machine { get; } = Machine.Current;

    public double ConnectedBytesPerSession => PerSession(Connected);

    public double AwayBytesPerSession => PerSession(Away);

    public bool IsFaultless => Violations.Count == 0;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Sessions} idle sessions on top of {Primed}: RSS per session {ConnectedBytesPerSession / 1024:0.0} KiB connected, {AwayBytesPerSession / 1024:0.0} KiB away (without the sockets)\n{Counts}\n");

    private double PerSession(IReadOnlyList<ServerUsage> servers) =>
        Math.Round(servers.Sum(static server => server.ResidentBytesAfter - server.ResidentBytesBefore) / (double)Math.Max(Sessions, 1));
}
