using System.CommandLine;
using GameCluster.LoadTest.Listening;

namespace GameCluster.LoadTest.Commands;

/// <summary><c>idle</c>: the memory of connections that say nothing.</summary>
internal sealed class IdleCommand : Command
{
    private readonly ClientOptions _client;

    private readonly Option<TimeSpan> _settle = Parsing.Duration("--settle", TimeSpan.FromSeconds(5), "Rest between opening connections and reading memory.");

    private readonly Option<int> _prime = Parsing.Positive("--prime", 100, "Connections opened first and not counted, so that one-off costs of the server stay out.");

    public IdleCommand()
        : base("idle", "Open connections that say nothing, and report the server's memory per connection.")
    {
        _client = new ClientOptions(this);
        Add(_settle);
        Add(_prime);
        SetAction(ExecuteAsync);
    }

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        _client.ApplyThreads(parsed);
        var settings = new IdleSettings(
            _client.Connections(parsed), parsed.GetValue(_prime), parsed.GetValue(_settle), _client.ServerPids(parsed));
        var report = await new IdleRun(settings, Console.Error).ExecuteAsync(cancellation);
        return _client.Publish(parsed, report, report.IsFaultless);
    }
}
