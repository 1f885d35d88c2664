using System.Collections.Concurrent;
using GameCluster.Rooms;
using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Push;

/// <inheritdoc />
internal sealed class PushService(IGrainFactory grains, GatewayOutboxes outboxes, AllGateways gateways, ServiceCatalog catalog, TimeProvider time) : IPush
{
    private readonly DirectGateways _direct = new();
    private readonly ConcurrentDictionary<SessionId, SessionLink> _links = new();

    public ValueTask<PushResult> ToSessionAsync<T>(SessionId session, int messageId, T message, DeliveryClass? @class = null, string? key = null) =>
        ToSessionAsync(session, messageId, Serialize(message), @class, key);

    public ValueTask<PushResult> ToSessionAsync(SessionId session, int messageId, byte[] body, DeliveryClass? @class = null, string? key = null)
    {
        var push = new SessionPush(messageId, body, @class ?? catalog.ClassOf(messageId), key);
        while (true)
        {
            var link = _links.GetOrAdd(session, static (id, self) => new SessionLink(id, self.Grains, self.Outboxes, self._direct, self.Time, self.Remove), this);
            if (link.TryPush(push) is { } result)
            {
                return new ValueTask<PushResult>(result);
            }

            Remove(link);
        }
    }

    public ValueTask<PushResult[]> ToPlayerAsync<T>(string player, int messageId, T message, DeliveryClass? @class = null, string? key = null) =>
        ToPlayerAsync(player, messageId, Serialize(message), @class, key);

    public async ValueTask<PushResult[]> ToPlayerAsync(string player, int messageId, byte[] body, DeliveryClass? @class = null, string? key = null)
    {
        var sessions = await grains.GetGrain<IPlayerGrain>(player).GetSessionsAsync();
        return await Task.WhenAll(sessions.Select(session => ToSessionAsync(session, messageId, body, @class, key).AsTask()));
    }

    public ValueTask<bool> ToRoomAsync<T>(string service, string room, int messageId, T message, string? key = null) =>
        ToRoomAsync(service, room, messageId, Serialize(message), key);

    public ValueTask<bool> ToRoomAsync(string service, string room, int messageId, byte[] body, string? key = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(messageId);
        return grains.GetGrain<IRoomGrain>(catalog.IdOf(service, room)).PublishAsync(messageId, body, key);
    }

    public ValueTask<int> ToGroupAsync<T>(string group, int messageId, T message, DeliveryClass? @class = null, string? key = null) =>
        ToGroupAsync(group, messageId, Serialize(message), @class, key);

    public ValueTask<int> ToGroupAsync(string group, int messageId, byte[] body, DeliveryClass? @class = null, string? key = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(messageId);
        return grains.GetGrain<IGroupGrain>(group).PublishAsync(messageId, body, @class ?? catalog.ClassOf(messageId), key);
    }

    public ValueTask<EveryonePushed> ToEveryoneAsync<T>(int messageId, T message) => ToEveryoneAsync(messageId, Serialize(message));

    public ValueTask<EveryonePushed> ToEveryoneAsync(int messageId, byte[] body)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(messageId);
        return gateways.BroadcastAsync(messageId, body);
    }

    private static byte[] Serialize<T>(T message) => ServiceJson.For(typeof(T).Assembly).Serialize(message);

    private IGrainFactory Grains => grains;

    private GatewayOutboxes Outboxes => outboxes;

    private TimeProvider Time => time;

    private void Remove(SessionLink link) => _links.TryRemove(new KeyValuePair<SessionId, SessionLink>(link.Session, link));
}
