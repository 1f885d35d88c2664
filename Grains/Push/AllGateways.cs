using GameCluster.Placement;
using GameCluster.Sessions;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace GameCluster.Push;

/// <summary>Reaches every process that takes clients.</summary>
internal sealed class AllGateways(GatewayNodeClient gateways, IClusterMembershipService membership, ISiloMetadataCache metadata, TimeProvider time)
{
    private static readonly TimeSpan FindLimit = TimeSpan.FromSeconds(2);

    private IEnumerable<SiloAddress> Addresses => membership.CurrentSnapshot.Members.Values
        .Where(member => member.Status == SiloStatus.Active && MayTakeClients(member.SiloAddress))
        .Select(static member => member.SiloAddress);

    /// <summary>Queues a live frame for every session that is connected.</summary>
    public async ValueTask<EveryonePushed> BroadcastAsync(int messageId, byte[] body)
    {
        var answers = await Task.WhenAll(Addresses.Select(gateway => BroadcastAsync(gateway, messageId, body)));
        return new EveryonePushed(answers.Sum(static answer => answer ?? 0), Array.TrueForAll(answers, static answer => answer is not null));
    }

    /// <summary>What gateways know of a session, the newest of it. Those that do not answer within 2 s count as not carrying it.</summary>
    public async Task<SessionAttachment?> FindAsync(SessionId session)
    {
        var found = await Task.WhenAll(Addresses.Select(gateway => FindAsync(gateway, session)));
        return found.MaxBy(static attachment => attachment?.Epoch ?? 0);
    }

    private async Task<SessionAttachment?> FindAsync(SiloAddress gateway, SessionId session)
    {
        try
        {
            return await gateways.At(gateway).FindAsync(session).AsTask().WaitAsync(FindLimit, time);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private async Task<int?> BroadcastAsync(SiloAddress gateway, int messageId, byte[] body)
    {
        try
        {
            return await gateways.At(gateway).BroadcastAsync(messageId, body);
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException)
        {
            return null;
        }
    }

    /// <summary>A process whose roles are not known yet may: the call to one that does not fails, and the result says so.</summary>
    private bool MayTakeClients(SiloAddress silo) =>
        !metadata.GetSiloMetadata(silo).Metadata.TryGetValue(ServiceRole.MetadataKey, out var roles) || ServiceRole.IsAmong(ServiceRole.Gateway, roles);
}
