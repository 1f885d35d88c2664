using System.Diagnostics;
using GameCluster.LoadTest.Connections;
using GameCluster.LoadTest.Load;
using GameCluster.LoadTest.Measuring;

namespace GameCluster.LoadTest.Listening;

/// <summary>Opens connections that receive, and measures what a server pushes to them.</summary>
internal sealed class FanOutRun(FanOutSettings settings, TextWriter progress, TimeProvider time)
{
    private readonly PushCounter _pushes = new(time);
    private readonly Connector _connector = new(settings.Connections);

    public async Task<FanOutReport> ExecuteAsync(CancellationToken cancellation)
    {
        var connections = await _connector.OpenAsync(
            0, settings.Connections.Count, socket => new ListeningConnection(socket, _pushes), cancellation);
        using var publishing = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var publisher = settings.PublishRate > 0 && connections.Count > 0 ? new Publisher(connections[0], settings, time).RunAsync(publishing.Token) : Task.CompletedTask;
        try
        {
            await WaitAsync("warm-up", settings.WarmUp, cancellation);
            var before = ServerUsage.ReadAll(settings.ServerPids);
            var started = Stopwatch.GetTimestamp();
            _pushes.BeginWindow();
            await WaitAsync("measure", settings.Duration, cancellation);
            _pushes.EndWindow();
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var servers = ServerUsage.Between(settings.ServerPids, before, ServerUsage.ReadAll(settings.ServerPids));
            return Report(connections, seconds, servers);
        }
        finally
        {
            await publishing.CancelAsync();
            await publisher;
            await _connector.CloseAsync(connections);
        }
    }

    private async Task WaitAsync(string phase, TimeSpan length, CancellationToken cancellation)
    {
        var step = TimeSpan.FromSeconds(1);
        for (var left = length; left > TimeSpan.Zero; left -= step)
        {
            var total = _pushes.Total;
            await Task.Delay(left < step ? left : step, cancellation);
            progress.WriteLine(FormattableString.Invariant($"{phase,-8} {_pushes.Total - total,9:n0} pushes"));
        }
    }

    private FanOutReport Report(IReadOnlyList<ListeningConnection> connections, double seconds, IReadOnlyList<ServerUsage> servers)
    {
        var errors = new ErrorCounts { FailedConnections = _connector.FailureCount };
        foreach (var connection in connections)
        {
            connection.AddErrorsTo(errors);
        }

        var pushes = _pushes.ById.Values.Sum();
        var serverCpu = servers.Sum(server => server.CpuSeconds);
        return new FanOutReport
        {
            Urls = [.. settings.Connections.Urls.Select(url => url.ToString())],
            OpenConnections = connections.Count,
            WindowSeconds = Math.Round(seconds, 3),
            Pushes = pushes,
            PushesPerSecond = Math.Round(pushes / seconds, 1),
            ById = new SortedDictionary<int, long>(_pushes.ById.ToDictionary()),
            LatencyMs = _pushes.Latency,
            Errors = errors,
            Failures = _connector.Failures,
            Servers = servers,
            PushesPerServerCpuSecond = serverCpu > 0 ? Math.Round(pushes / serverCpu, 1) : null,
        };
    }
}
