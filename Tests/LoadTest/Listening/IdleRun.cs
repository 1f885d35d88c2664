using GameCluster.LoadTest.Connections;
using GameCluster.LoadTest.Load;
using GameCluster.LoadTest.Measuring;

namespace GameCluster.LoadTest.Listening;

/// <summary>Measures what a connection that says nothing costs a server in memory.</summary>
internal sealed class IdleRun(IdleSettings settings, TextWriter progress)
{
    public async Task<IdleReport> ExecuteAsync(CancellationToken cancellation)
    {
        var all = settings.Connections with { Count = settings.Prime + settings.Connections.Count };
        var connector = new Connector(all);
        var connections = new List<ListeningConnection>();
        try
        {
            var before = await OpenAsync(connector, 0, settings.Prime, connections, cancellation);
            var primed = connections.Count;
            var after = await OpenAsync(connector, settings.Prime, all.Count, connections, cancellation);

            var errors = new ErrorCounts { FailedConnections = connector.FailureCount };
            connections.ForEach(connection => connection.AddErrorsTo(errors));
            var servers = ServerUsage.Between(settings.ServerPids, before, after);
            return IdleReport.Of(settings, connections.Count - primed, servers, errors, connector.Failures);
        }
        finally
        {
            await connector.CloseAsync(connections);
        }
    }

    private async Task<IReadOnlyList<ProcessSample>> OpenAsync(
        Connector connector, int first, int end, List<ListeningConnection> connections, CancellationToken cancellation)
    {
        connections.AddRange(await connector.OpenAsync(first, end, socket => new ListeningConnection(socket, pushes: null), cancellation));
        progress.WriteLine(FormattableString.Invariant($"{connections.Count:n0} connections open, settling for {settings.Settle.TotalSeconds} s"));
        await Task.Delay(settings.Settle, cancellation);
        return ServerUsage.ReadAll(settings.ServerPids);
    }
}
