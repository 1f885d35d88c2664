using GameCluster.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace GameCluster.Push;

/// <summary>Reaches every process that takes clients.</summary>
internal sealed class AllGateways(GatewayNodeClient gateways, IClusterMembershipService membership, ISiloMetadataCache metadata)
{
    /// <summary>Queues a live frame for every session that is connected.</summary>
    public async ValueTask<EveryonePushed> BroadcastAsync(int messageId, byte[] body)
    {
        var answers = await Task.WhenAll(membership.CurrentSnapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Active && MayTakeClients(member.SiloAddress))
            .Select(member => BroadcastAsync(member.SiloAddress, messageId, body)));
        return new EveryonePushed(answers.Sum(static answer => answer ?? 0), Array.TrueForAll(answers, static answer => answer is not null));
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
