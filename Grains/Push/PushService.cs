using System.Collections.Concurrent;
using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Push;

/// <inheritdoc />
internal sealed class PushService(IGrainFactory grains, GatewayOutboxes outboxes) : IPush
{
    private readonly DirectGateways _direct = new();
    private readonly ConcurrentDictionary<SessionId, SessionLink> _links = new();

    public ValueTask<PushResult> ToSessionAsync<T>(SessionId session, int messageId, T message, DeliveryClass @class = DeliveryClass.Reliable, string? key = null) =>
        ToSessionAsync(session, messageId, ServiceJson.For(typeof(T).Assembly).Serialize(message), @class, key);

    public ValueTask<PushResult> ToSessionAsync(SessionId session, int messageId, byte[] body, DeliveryClass @class = DeliveryClass.Reliable, string? key = null)
    {
        var push = new SessionPush(messageId, body, @class, key);
        while (true)
        {
            var link = _links.GetOrAdd(session, static (id, self) => new SessionLink(id, self.Grains, self.Outboxes, self._direct, self.Remove), this);
            if (link.TryPush(push) is { } result)
            {
                return new ValueTask<PushResult>(result);
            }

            Remove(link);
        }
    }

    public ValueTask<PushResult[]> ToPlayerAsync<T>(string player, int messageId, T message, DeliveryClass @class = DeliveryClass.Reliable, string? key = null) =>
        ToPlayerAsync(player, messageId, ServiceJson.For(typeof(T).Assembly).Serialize(message), @class, key);

    public async ValueTask<PushResult[]> ToPlayerAsync(string player, int messageId, byte[] body, DeliveryClass @class = DeliveryClass.Reliable, string? key = null)
    {
        var sessions = await grains.GetGrain<IPlayerGrain>(player).GetSessionsAsync();
        return await Task.WhenAll(sessions.Select(session => ToSessionAsync(session, messageId, body, @class, key).AsTask()));
    }

    private IGrainFactory Grains => grains;

    private GatewayOutboxes Outboxes => outboxes;

    private void Remove(SessionLink link) => _links.TryRemove(new KeyValuePair<SessionId, SessionLink>(link.Session, link));
}
