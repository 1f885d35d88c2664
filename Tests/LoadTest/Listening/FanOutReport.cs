using System.Globalization;
using System.Text;
using GameCluster.LoadTest.Load;
using GameCluster.LoadTest.Measuring;

namespace GameCluster.LoadTest.Listening;

/// <summary>What a fan-out run found in its measured window; closes are of the whole run.</summary>
internal sealed record FanOutReport
{
    public string Command { get; } = "fan-out";

    public Machine Machine { get; } = Machine.Current;

    public required IReadOnlyList<string> Urls { get; init; }

    public required int OpenConnections { get; init; }

    public required double WindowSeconds { get; init; }

    public required long Pushes { get; init; }

    public required double PushesPerSecond { get; init; }

    public required IReadOnlyDictionary<int, long> ById { get; init; }

    /// <summary>From the body's <c>sent_at</c> to arrival; its count is 0 when no push had that field.</summary>
    public required LatencySummary LatencyMs { get; init; }

    public required ErrorCounts Errors { get; init; }

    public required IReadOnlyDictionary<string, int> Failures { get; init; }

    public required IReadOnlyList<ServerUsage> Servers { get; init; }

    public required double? PushesPerServerCpuSecond { get; init; }

    public bool IsFaultless => Errors.Total == 0;

    public override string ToString()
    {
        var text = new StringBuilder();
        Line($"{OpenConnections} connections, {WindowSeconds} s measured");
        Line($"pushes        {Pushes:n0} ({PushesPerSecond:n0}/s)");
        foreach (var (id, count) in ById)
        {
            Line($"  id {id,-10}{count:n0}");
        }

        Line($"latency       {LatencyMs}");
        if (PushesPerServerCpuSecond is not null)
        {
            Line($"server CPU    {PushesPerServerCpuSecond:n0} pushes per second of it");
        }

        Line($"errors        {Errors}");
        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
