using GameCluster.Gateway.Protocol;
using GameCluster.Gateway.Sessions;
using Microsoft.Extensions.Options;

namespace GameCluster.Gateway.Connections;

/// <summary>
/// Opens the gateway when the process has joined the cluster, and drains it before anything else stops: new clients are refused, no more frames are taken, what has been
/// taken is answered, sockets are closed with "going away", and the services' last messages get their time.
/// </summary>
internal sealed partial class GatewayLifetime(
    ConnectionTable connections,
    SessionTable sessions,
    GatewayState state,
    IOptions<GatewayOptions> options,
    TimeProvider time,
    ILogger<GatewayLifetime> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        state.Start();
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        state.Drain();
        LogDraining(logger, connections.Count);
        var startedAt = time.GetTimestamp();
        do
        {
            var isLate = time.GetElapsedTime(startedAt) > options.Value.DrainTimeout / 2;
            foreach (var connection in connections.All)
            {
                connection.Leave(CloseCode.GoingAway, "server is going away", isLate);
            }

            await Task.Delay(Poll, time, CancellationToken.None).ConfigureAwait(false);
        }
        while (connections.Count + sessions.Ending > 0 && time.GetElapsedTime(startedAt) < options.Value.DrainTimeout);

        LogDrained(logger, connections.Count, sessions.Ending, time.GetElapsedTime(startedAt));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "Draining: {Connections} connections are told to go away")]
    private static partial void LogDraining(ILogger logger, int connections);

    [LoggerMessage(Level = LogLevel.Information, Message = "Drained after {Elapsed}: {Connections} connections and {Ending} unfinished sessions left")]
    private static partial void LogDrained(ILogger logger, int connections, int ending, TimeSpan elapsed);
}
