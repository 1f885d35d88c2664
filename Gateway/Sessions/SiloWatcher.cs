using System.Threading.Channels;
using GameCluster.Placement;

namespace GameCluster.Gateway.Sessions;

/// <summary>Acts on silos that leave the cluster: their calls are given up and sessions enter the directory again, as their entry may have been there, and ask whether their streams go on.</summary>
internal sealed class SiloWatcher(IClusterMembershipService membership, IngressLinks links, SessionTable sessions, StreamVerifier streams) : BackgroundService
{
    private const int Parallel = 64;

    /// <summary>Silos that leave while sessions enter again make one more round of it.</summary>
    private readonly Channel<bool> _losses = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(WatchAsync(stoppingToken), RecoverAsync(stoppingToken));

    private async Task WatchAsync(CancellationToken stoppingToken)
    {
        await foreach (var (members, left) in membership.FollowAsync(stoppingToken))
        {
            links.OnMembership(members.Members.Values.Where(static member => member.Status == SiloStatus.Active).Select(static member => member.SiloAddress));
            foreach (var silo in left)
            {
                links.OnSiloGone(silo);
            }

            if (left.Count > 0)
            {
                _losses.Writer.TryWrite(true);
            }
        }
    }

    /// <summary>Apart from the watch: with many sessions, or a cluster that hardly answers, a round takes long, and the next loss must be acted on at once.</summary>
    private async Task RecoverAsync(CancellationToken stoppingToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = stoppingToken };
        var (verifying, outdated) = (Task.CompletedTask, new CancellationTokenSource());
        await foreach (var _ in _losses.Reader.ReadAllAsync(stoppingToken))
        {
            // Some stream's source may never answer: what is left of the round before becomes part of this one.
            await outdated.CancelAsync();
            await verifying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            outdated.Dispose();
            outdated = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            verifying = streams.VerifyAsync(outdated.Token);
            await System.Threading.Tasks.Parallel.ForEachAsync(sessions.All, options, static async (session, _) => await session.ReenterDirectoryAsync());
        }
    }
}
