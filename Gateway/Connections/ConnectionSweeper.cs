using GameCluster.Gateway.Sessions;

namespace GameCluster.Gateway.Connections;

/// <summary>One timer for every deadline of every connection, instead of one timer each.</summary>
internal sealed class ConnectionSweeper(ConnectionTable connections, IngressLinks links, Admission admission, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var connection in connections.All)
            {
                connection.CheckTimeouts();
            }

            links.GiveUpLate();
            admission.Look();
        }
    }
}
