using GameCluster.Placement;
using GameCluster.Push;
using GameCluster.Sessions;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace GameCluster.Gateway.Admin;

/// <summary>The cluster as one process sees it. What a member does not answer in time is left out and said.</summary>
internal sealed class ClusterView(
    IClusterMembershipService membership,
    ISiloMetadataCache metadata,
    GatewayNodeClient gateways,
    IGrainFactory grains)
{
    private const string GatewayRole = "gateway";

    public async Task<ClusterStatus> GetStatusAsync()
    {
        var members = membership.CurrentSnapshot.Members.Values.Where(static member => member.Status != SiloStatus.Dead).ToList();
        var activations = await CountActivationsAsync();
        var silos = members.Select(member => new SiloReport(
            member.Name, member.SiloAddress.ToParsableString(), member.Status.ToString().ToLowerInvariant(),
            VersionOf(member.SiloAddress), RolesOf(member.SiloAddress), activations.GetValueOrDefault(member.SiloAddress)));
        var answers = await AskGatewaysAsync(static gateway => gateway.GetStatusAsync());
        return new ClusterStatus(
            [.. silos.OrderBy(static silo => silo.Name, StringComparer.Ordinal)],
            [.. answers.Answers.Select(static status => new GatewayReport(status.Name, status.Gateway.ToParsableString(), status.Version, status.Sessions, status.RouteVersion, status.Draining))],
            answers.Answers.Sum(static status => status.Sessions),
            activations.Values.Sum(),
            answers.Silent);
    }

    /// <summary>One page of all gateways' sessions, ordered by id.</summary>
    public async Task<(IReadOnlyList<SessionSummary> Sessions, string[] Silent)> ListSessionsAsync(SessionId after, int limit)
    {
        var (pages, silent) = await AskGatewaysAsync(gateway => gateway.ListSessionsAsync(after, limit));
        return ([.. pages.SelectMany(static page => page).OrderBy(static session => session.Id.ToString(), StringComparer.Ordinal).Take(limit)], silent);
    }

    /// <summary>Closes a session on whatever gateway carries it.</summary>
    public async Task<bool> KickAsync(SessionId session, string reason)
    {
        var (answers, _) = await AskGatewaysAsync(gateway => gateway.KickAsync(session, reason));
        return answers.Contains(true);
    }

    /// <summary>Queues a frame for every session of the cluster and counts those that took it.</summary>
    public async Task<(int Sessions, string[] Silent)> BroadcastAsync(int messageId, byte[] body)
    {
        var (answers, silent) = await AskGatewaysAsync(gateway => gateway.BroadcastAsync(messageId, body));
        return (answers.Sum(), silent);
    }

    private async Task<(List<T> Answers, string[] Silent)> AskGatewaysAsync<T>(Func<IGatewayNode, ValueTask<T>> ask)
    {
        var carriers = membership.CurrentSnapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Active && RolesOf(member.SiloAddress).Contains(GatewayRole))
            .ToList();
        var answers = await Task.WhenAll(carriers.Select(async member =>
        {
            try
            {
                return (Answered: true, Answer: await ask(gateways.At(member.SiloAddress)), member.Name);
            }
            catch (Exception exception) when (exception is TimeoutException or OrleansException)
            {
                return (Answered: false, Answer: default(T)!, member.Name);
            }
        }));
        return ([.. answers.Where(static answer => answer.Answered).Select(static answer => answer.Answer)],
            [.. answers.Where(static answer => !answer.Answered).Select(static answer => answer.Name)]);
    }

    private async Task<Dictionary<SiloAddress, int>> CountActivationsAsync()
    {
        var statistics = await grains.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics();
        return statistics.GroupBy(static entry => entry.SiloAddress).ToDictionary(static silo => silo.Key, static silo => silo.Sum(static entry => entry.ActivationCount));
    }

    private string VersionOf(SiloAddress silo) => metadata.GetSiloMetadata(silo).Metadata.GetValueOrDefault(ServiceRole.VersionKey, "");

    private string[] RolesOf(SiloAddress silo) =>
        metadata.GetSiloMetadata(silo).Metadata.TryGetValue(ServiceRole.MetadataKey, out var roles) ? roles.Split(',') : [];
}
