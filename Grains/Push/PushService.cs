using System.Collections.Concurrent;
using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Push;

/// <inheritdoc />
internal sealed class PushService(IGrainFactory grains, GatewayOutboxes outboxes) : IPush
{
    private const int MaxCached = 100_000;

    private readonly ConcurrentDictionary<SessionId, SiloAddress> _gateways = new();

    public ValueTask<PushResult> ToSessionAsync<T>(SessionId session, int messageId, T message) =>
        ToSessionAsync(session, messageId, ServiceJson.For(typeof(T).Assembly).Serialize(message));

    public async ValueTask<PushResult> ToSessionAsync(SessionId session, int messageId, byte[] body)
    {
        var push = new PushDelivery(session, messageId, body);
        if (_gateways.TryGetValue(session, out var known))
        {
            var result = await outboxes.For(known).PushAsync(push);
            if (result != PushResult.NoSession)
            {
                return result;
            }

            _gateways.TryRemove(session, out _);
        }

        var gateway = await grains.GetGrain<ISessionGrain>(session.Value).GetGatewayAsync();
        return gateway is null ? PushResult.NoSession : await SendAsync(gateway, push);
    }

    private async Task<PushResult> SendAsync(SiloAddress gateway, PushDelivery push)
    {
        var result = await outboxes.For(gateway).PushAsync(push);
        if (result is PushResult.Queued or PushResult.SlowConsumer)
        {
            Remember(push.Session, gateway);
        }

        return result;
    }

    private void Remember(SessionId session, SiloAddress gateway)
    {
        if (_gateways.Count >= MaxCached)
        {
            _gateways.Clear();
        }

        _gateways[session] = gateway;
    }
}
