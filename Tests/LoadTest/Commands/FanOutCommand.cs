using System.CommandLine;
using GameCluster.LoadTest.Listening;

namespace GameCluster.LoadTest.Commands;

/// <summary><c>fan-out</c>: what a server pushes.</summary>
internal sealed class FanOutCommand : Command
{
    private readonly ClientOptions _client;

    private readonly Option<TimeSpan> _warmUp = Parsing.Duration("--warm-up", TimeSpan.FromSeconds(10), "Time that is not measured.");

    private readonly Option<TimeSpan> _duration = Parsing.Duration("--duration", TimeSpan.FromSeconds(10), "Length of the measured window.", mayBeZero: false);

    private readonly Option<double> _publishRate = Parsing.Number("--publish-rate", 0, "Frames per second that the first connection sends, stamped with sent_at, for a server that passes them on to all.");

    private readonly Option<int> _publishBytes = Parsing.Positive("--publish-bytes", 100, "Length of those frames, header included.");

    public FanOutCommand()
        : base("fan-out", "Open connections that only receive, count the pushes, and measure their latency where the body has sent_at.")
    {
        _client = new ClientOptions(this);
        Add(_warmUp);
        Add(_duration);
        Add(_publishRate);
        Add(_publishBytes);
        SetAction(ExecuteAsync);
    }

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        _client.ApplyThreads(parsed);
        var settings = new FanOutSettings(
            _client.Connections(parsed), parsed.GetValue(_warmUp), parsed.GetValue(_duration), _client.ServerPids(parsed))
        {
            PublishRate = parsed.GetValue(_publishRate),
            PublishBytes = parsed.GetValue(_publishBytes),
        };
        var report = await new FanOutRun(settings, Console.Error, TimeProvider.System).ExecuteAsync(cancellation);
        return _client.Publish(parsed, report, report.IsFaultless);
    }
}
