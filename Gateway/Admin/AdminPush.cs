using System.Text.Json;
using GameCluster.Gateway.Routing;
using GameCluster.Push;
using GameCluster.Rooms;
using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Gateway.Admin;

/// <summary>Sends operators' messages from a process that may host no services.</summary>
internal sealed class AdminPush(ClusterView cluster, IGrainFactory grains, RouteTableSource routes)
{
    /// <summary>Whether a service with rooms is called so.</summary>
    public bool HasRooms(string service) => routes.Current.FindService(service)?.Key == ServiceKey.Room;

    /// <summary>Null if there is no such session.</summary>
    public async Task<PushReport?> ToSessionAsync(SessionId session, int message, byte[] body, string? key)
    {
        var result = await PushAsync(session, message, body, key);
        return result == PushResult.NoSession ? null : Report([result]);
    }

    public async Task<PushReport> ToPlayerAsync(string player, int message, byte[] body, string? key)
    {
        var sessions = await grains.GetGrain<IPlayerGrain>(player).GetSessionsAsync();
        return Report(await Task.WhenAll(sessions.Select(session => PushAsync(session, message, body, key))));
    }

    public async Task<PushReport> ToGroupAsync(string group, int message, byte[] body, string? key) =>
        new(await grains.GetGrain<IGroupGrain>(group).PublishAsync(message, body, ClassOf(message), key), [], []);

    /// <summary>False if there is no such room.</summary>
    public ValueTask<bool> ToRoomAsync(string service, string room, int message, byte[] body, string? key) =>
        grains.GetGrain<IRoomGrain>(routes.Current.FindService(service)!.CreateGrainId(room)).PublishAsync(message, body, key);

    public async Task<PushReport> ToEveryoneAsync(int message, byte[] body)
    {
        var (sessions, silent) = await cluster.BroadcastAsync(message, body);
        return new PushReport(sessions, [], silent);
    }

    private async Task<PushResult> PushAsync(SessionId session, int message, byte[] body, string? key) =>
        (await grains.GetGrain<ISessionGrain>(session.Value).PushAsync([new SessionPush(message, body, ClassOf(message), key)])).Results[0];

    private DeliveryClass ClassOf(int message) =>
        routes.Current.Services.SelectMany(static service => service.Descriptor.PushClasses).FirstOrDefault(push => push.MessageId == message)?.Delivery ?? DeliveryClass.Reliable;

    private static PushReport Report(PushResult[] results) => new(
        results.Count(static result => result == PushResult.Queued),
        [.. results.Where(static result => result != PushResult.Queued).Select(static result => JsonNamingPolicy.SnakeCaseLower.ConvertName(result.ToString()))],
        []);
}
