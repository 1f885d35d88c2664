using System.Globalization;
using System.Text;
using GameCluster.LoadTest.Measuring;

namespace GameCluster.LoadTest.Load;

/// <summary>What a load run found. Counts and rates are of the measured window, errors of the whole run.</summary>
internal sealed record LoadReport
{
    public string Command { get; } = "run";

    public Machine Machine { get; } = Machine.Current;

    public required LoadReportSettings Settings { get; init; }

    public required int OpenConnections { get; init; }

    public required double WindowSeconds { get; init; }

    public required long Sent { get; init; }

    public required long Replies { get; init; }

    public required double RepliesPerSecond { get; init; }

    /// <summary>From when a request was due to its reply, for requests due in the window.</summary>
    public required LatencySummary LatencyMs { get; init; }

    /// <summary>From when a request was due to when it was handed to the kernel; open loop only. It is part of the latency.</summary>
    public required LatencySummary? SendLagMs { get; init; }

    public required ErrorCounts Errors { get; init; }

    /// <summary>Reasons why connections could not be opened, with their number.</summary>
    public required IReadOnlyDictionary<string, int> Failures { get; init; }

    /// <summary>How the server broke the protocol, at most ten kinds.</summary>
    public required IReadOnlyList<string> Violations { get; init; }

    public required IReadOnlyList<ServerUsage> Servers { get; init; }

    public required double? ServerCpuSeconds { get; init; }

    public required double? RequestsPerServerCpuSecond { get; init; }

    public required double GeneratorCpuSeconds { get; init; }

    public bool IsFaultless => Errors.Total == 0;

    public override string ToString()
    {
        var text = new StringBuilder();
        var load = Settings.Rate is { } rate ? $"open loop, {rate} requests/s" : $"closed loop, {Settings.InFlight} in flight";
        Line($"{OpenConnections} connections, {load}, {Settings.WireBytes} bytes per frame, {WindowSeconds} s measured");
        Line($"replies       {Replies:n0} ({RepliesPerSecond:n0}/s)");
        Line($"latency       {LatencyMs}");
        if (SendLagMs is not null)
        {
            Line($"send lag      {SendLagMs}");
        }

        if (ServerCpuSeconds is not null)
        {
            Line($"server CPU    {ServerCpuSeconds:0.00} s, {RequestsPerServerCpuSecond:n0} requests per second of it");
        }

        foreach (var server in Servers)
        {
            Line($"  pid {server.Pid,-8}  CPU {server.CpuSeconds:0.00} s, RSS {Mebibytes(server.ResidentBytesBefore)} -> {Mebibytes(server.ResidentBytesAfter)}, private {Mebibytes(server.PrivateBytesAfter)}");
        }

        Line($"generator CPU {GeneratorCpuSeconds:0.00} s");
        Line($"errors        {Errors}");
        foreach (var (reason, count) in Failures)
        {
            Line($"  {count} x {reason}");
        }

        foreach (var violation in Violations)
        {
            Line($"  {violation}");
        }

        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }

    private static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB");
}
