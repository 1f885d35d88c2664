using System.CommandLine;
using GameCluster.LoadTest.Listening;

namespace GameCluster.LoadTest.Commands;

/// <summary><c>fan-out</c>: what a server pushes.</summary>
internal sealed class FanOutCommand : Command
{
    private readonly ClientOptions _client;

    private readonly Option<TimeSpan> _warmUp = Parsing.Duration("--warm-up", TimeSpan.FromSeconds(10), "Time that is not measured.");

    private readonly Option<TimeSpan> _duration = Parsing.Duration("--duration", TimeSpan.FromSeconds(10), "Length of the measured window.", mayBeZero: false);

    public FanOutCommand()
        : base("fan-out", "Open connections that only receive, count the pushes, and measure their latency where the body has sent_at.")
    {
        _client = new ClientOptions(this);
        Add(_warmUp);
        Add(_duration);
        SetAction(ExecuteAsync);
    }

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        _client.ApplyThreads(parsed);
        var settings = new FanOutSettings(
            _client.Connections(parsed), parsed.GetValue(_warmUp), parsed.GetValue(_duration), _client.ServerPids(parsed));
        var report = await new FanOutRun(settings, Console.Error, TimeProvider.System).ExecuteAsync(cancellation);
        return _client.Publish(parsed, report, report.IsFaultless);
    }
}
