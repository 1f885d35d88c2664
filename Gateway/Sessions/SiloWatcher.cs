namespace GameCluster.Gateway.Sessions;

/// <summary>Acts on silos that leave the cluster: their calls are given up and sessions enter the directory again, as their entry may have been there.</summary>
internal sealed class SiloWatcher(IClusterMembershipService membership, IngressLinks links, SessionTable sessions) : BackgroundService
{
    private const int Parallel = 64;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var gone = new HashSet<SiloAddress>();
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken))
        {
            var left = snapshot.Members.Values.Where(member => member.Status == SiloStatus.Dead && gone.Add(member.SiloAddress)).ToList();
            gone.RemoveWhere(silo => !snapshot.Members.ContainsKey(silo));
            foreach (var member in left)
            {
                links.OnSiloGone(member.SiloAddress);
            }

            if (left.Count > 0)
            {
                await ReenterAsync(stoppingToken);
            }
        }
    }

    private Task ReenterAsync(CancellationToken stoppingToken) => System.Threading.Tasks.Parallel.ForEachAsync(
        sessions.All,
        new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = stoppingToken },
        static async (session, _) => await session.ReenterDirectoryAsync());
}
