using System.Collections.Concurrent;
using GameCluster.Sessions;

namespace GameCluster.Push;

/// <summary>Where this silo last reached sessions that end with their connection and therefore never move. Bounded: when it is full, all is forgotten and asked again.</summary>
internal sealed class DirectGateways
{
    private const int MaxCached = 100_000;

    private readonly ConcurrentDictionary<SessionId, SiloAddress> _gateways = new();

    public SiloAddress? Find(SessionId session) => _gateways.GetValueOrDefault(session);

    public void Forget(SessionId session) => _gateways.TryRemove(session, out _);

    public void Remember(SessionId session, SiloAddress gateway)
    {
        if (_gateways.Count >= MaxCached)
        {
            _gateways.Clear();
        }

        _gateways[session] = gateway;
    }
}
