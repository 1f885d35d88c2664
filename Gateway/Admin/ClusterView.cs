using GameCluster.Placement;
using GameCluster.Push;
using GameCluster.Rooms;
using GameCluster.Sessions;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace GameCluster.Gateway.Admin;

/// <summary>The cluster as one process sees it. What a member does not answer in time is left out and said.</summary>
internal sealed class ClusterView(
    IClusterMembershipService membership,
    ISiloMetadataCache metadata,
    GatewayNodeClient gateways,
    RoomHostClient rooms,
    IGrainFactory grains)
{
    public async Task<ClusterStatus> GetStatusAsync()
    {
        var members = membership.CurrentSnapshot.Members.Values.Where(static member => member.Status != SiloStatus.Dead).ToList();
        var counting = AskAsync(members, CountActivationsAsync);
        var (reports, silent) = await AskGatewaysAsync(static gateway => gateway.GetStatusAsync());
        var activations = (await counting).ToDictionary(static answer => answer.Member.SiloAddress);
        var silos = members.Select(member => new SiloReport(
            member.Name, member.SiloAddress.ToParsableString(), member.Status.ToString().ToLowerInvariant(),
            VersionOf(member.SiloAddress), RolesOf(member.SiloAddress), activations[member.SiloAddress].Answer));
        return new ClusterStatus(
            [.. silos.OrderBy(static silo => silo.Name, StringComparer.Ordinal)],
            [.. reports.Select(static status => new GatewayReport(status.Name, status.Gateway.ToParsableString(), status.Version, status.Sessions, status.RouteVersion, status.Draining))],
            reports.Sum(static status => status.Sessions),
            activations.Values.Sum(static answer => answer.Answer),
            [.. activations.Values.Where(static answer => !answer.Answered).Select(static answer => answer.Member.Name).Union(silent)]);
    }

    /// <summary>One page of all gateways' sessions, ordered by id.</summary>
    public async Task<(IReadOnlyList<SessionSummary> Sessions, string[] Silent)> ListSessionsAsync(SessionId after, int limit)
    {
        var (pages, silent) = await AskGatewaysAsync(gateway => gateway.ListSessionsAsync(after, limit));
        return ([.. pages.SelectMany(static page => page).OrderBy(static session => session.Id.ToString(), StringComparer.Ordinal).Take(limit)], silent);
    }

    /// <summary>Ends a session on whatever gateway carries it, or while its client is away.</summary>
    public async Task<bool> KickAsync(SessionId session, string reason)
    {
        var (answers, _) = await AskGatewaysAsync(gateway => gateway.KickAsync(session, reason));
        return answers.Contains(true) || await grains.GetGrain<ISessionGrain>(session.Value).KickAsync(reason);
    }

    /// <summary>Queues a frame for every session of the cluster and counts those that took it.</summary>
    public async Task<(int Sessions, string[] Silent)> BroadcastAsync(int messageId, byte[] body)
    {
        var (answers, silent) = await AskGatewaysAsync(gateway => gateway.BroadcastAsync(messageId, body));
        return (answers.Sum(), silent);
    }

    /// <summary>Rooms of every silo that hosts services, ordered by key. A silo whose roles are not known yet may have some.</summary>
    public async Task<(RoomList List, string[] Silent)> ListRoomsAsync(string? service, RoomFilter filter, int limit)
    {
        var hosts = membership.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active && RolesOf(member.SiloAddress) is not [ServiceRole.Gateway]);
        var answers = await AskAsync(hosts, silo => rooms.At(silo).ListAsync(service, filter, limit));
        var lists = answers.Where(static answer => answer.Answered).Select(static answer => answer.Answer).ToArray();
        var listed = lists.SelectMany(static list => list.Rooms).DistinctBy(static room => (room.Service, room.Room)).OrderBy(static room => room.Room, StringComparer.Ordinal).ToArray();
        var complete = lists.Length == answers.Length && Array.TrueForAll(lists, static list => list.Complete) && listed.Length <= limit;
        return (new RoomList([.. listed.Take(limit)], complete), [.. answers.Where(static answer => !answer.Answered).Select(static answer => answer.Member.Name)]);
    }

    /// <summary>A part of a durable room's recording. Null if there is none; an <see cref="OrleansException"/> or a time-out if nobody can say.</summary>
    public ValueTask<RoomRecordingPage?> ReadRecordingAsync(string service, string room, long after, int limit) => AnyRoomHost().ReadRecordingAsync(service, room, after, limit);

    /// <summary>See <see cref="IRoomHost.ReleaseAsync"/>.</summary>
    public ValueTask<bool> ReleaseRoomAsync(string service, string room, bool giveUp) => AnyRoomHost().ReleaseAsync(service, room, giveUp);

    /// <summary>All of them have the same journal.</summary>
    private IRoomHost AnyRoomHost()
    {
        var hosts = membership.CurrentSnapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Active && RolesOf(member.SiloAddress) is not [ServiceRole.Gateway]).Select(static member => member.SiloAddress).ToArray();
        return hosts.Length == 0 ? throw new OrleansException("No silo hosts services.") : rooms.At(hosts.Min()!);
    }

    private async Task<(List<T> Answers, string[] Silent)> AskGatewaysAsync<T>(Func<IGatewayNode, ValueTask<T>> ask)
    {
        var active = membership.CurrentSnapshot.Members.Values.Where(static member => member.Status == SiloStatus.Active).ToLookup(member => MayTakeClients(member.SiloAddress));
        var answers = await AskAsync(active[true], silo => ask(gateways.At(silo)));
        return ([.. answers.Where(static answer => answer.Answered).Select(static answer => answer.Answer)],
            [.. answers.Where(static answer => !answer.Answered).Select(static answer => answer.Member.Name), .. active[null].Select(static member => member.Name)]);
    }

    private static Task<(ClusterMember Member, bool Answered, T Answer)[]> AskAsync<T>(IEnumerable<ClusterMember> members, Func<SiloAddress, ValueTask<T>> ask) =>
        Task.WhenAll(members.Select(async member =>
        {
            try
            {
                return (member, true, await ask(member.SiloAddress));
            }
            catch (Exception exception) when (exception is TimeoutException or OrleansException)
            {
                return (member, false, default(T)!);
            }
        }));

    /// <summary>Null while this process has not heard of the other's roles, which takes moments after a start and longer when the other hardly answers.</summary>
    private bool? MayTakeClients(SiloAddress silo) =>
        metadata.GetSiloMetadata(silo).Metadata.TryGetValue(ServiceRole.MetadataKey, out var roles) ? ServiceRole.IsAmong(ServiceRole.Gateway, roles) : null;

    private async ValueTask<int> CountActivationsAsync(SiloAddress silo) =>
        (await grains.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics([silo])).Sum(static entry => entry.ActivationCount);

    private string VersionOf(SiloAddress silo) => metadata.GetSiloMetadata(silo).Metadata.GetValueOrDefault(ServiceRole.VersionKey, "");

    private string[] RolesOf(SiloAddress silo) =>
        metadata.GetSiloMetadata(silo).Metadata.TryGetValue(ServiceRole.MetadataKey, out var roles) ? roles.Split(',') : [];
}
