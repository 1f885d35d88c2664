using System.Globalization;
using System.Text;
using GameCluster.LoadTest.Load;
using GameCluster.LoadTest.Measuring;

namespace GameCluster.LoadTest.Listening;

/// <summary>The memory of idle connections: the growth of the server processes, divided by the connections that caused it.</summary>
internal sealed record IdleReport
{
    public string Command { get; } = "idle";

    public Machine Machine { get; } = Machine.Current;

    public required IReadOnlyList<string> Urls { get; init; }

    public required int Primed { get; init; }

    public required double SettleSeconds { get; init; }

    /// <summary>Connections opened between the two readings.</summary>
    public required int OpenConnections { get; init; }

    public required double ResidentBytesPerConnection { get; init; }

    public required double PrivateBytesPerConnection { get; init; }

    public required IReadOnlyList<ServerUsage> Servers { get; init; }

    public required ErrorCounts Errors { get; init; }

    public required IReadOnlyDictionary<string, int> Failures { get; init; }

    public bool IsFaultless => Errors.Total == 0;

    public static IdleReport Of(
        IdleSettings settings, int opened, IReadOnlyList<ServerUsage> servers, ErrorCounts errors, IReadOnlyDictionary<string, int> failures)
    {
        var divisor = Math.Max(opened, 1);
        return new IdleReport
        {
            Urls = [.. settings.Connections.Urls.Select(url => url.ToString())],
            Primed = settings.Prime,
            SettleSeconds = settings.Settle.TotalSeconds,
            OpenConnections = opened,
            ResidentBytesPerConnection = Math.Round(servers.Sum(s => s.ResidentBytesAfter - s.ResidentBytesBefore) / (double)divisor),
            PrivateBytesPerConnection = Math.Round(servers.Sum(s => s.PrivateBytesAfter - s.PrivateBytesBefore) / (double)divisor),
            Servers = servers,
            Errors = errors,
            Failures = failures,
        };
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        Line($"{OpenConnections} idle connections on top of {Primed}");
        foreach (var server in Servers)
        {
            Line($"  pid {server.Pid,-8}  RSS {server.ResidentBytesBefore / 1024:n0} -> {server.ResidentBytesAfter / 1024:n0} KiB, private {server.PrivateBytesBefore / 1024:n0} -> {server.PrivateBytesAfter / 1024:n0} KiB");
        }

        Line($"per connection RSS {ResidentBytesPerConnection / 1024:0.0} KiB, private {PrivateBytesPerConnection / 1024:0.0} KiB");
        Line($"errors        {Errors}");
        foreach (var (reason, count) in Failures)
        {
            Line($"  {count} x {reason}");
        }

        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
