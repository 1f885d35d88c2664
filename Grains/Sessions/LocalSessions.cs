using System.Collections.Concurrent;

namespace GameCluster.Sessions;

/// <summary>The session grains of this silo and the gateways that carry them. Safe from any thread.</summary>
internal sealed class LocalSessions
{
    private readonly ConcurrentDictionary<SessionId, SiloAddress> _gateways = new();

    public int Count => _gateways.Count;

    public void Set(SessionId session, SiloAddress gateway) => _gateways[session] = gateway;

    public void Remove(SessionId session) => _gateways.TryRemove(session, out _);

    public IReadOnlyList<SessionId> At(SiloAddress gateway) => [.. _gateways.Where(entry => entry.Value.Equals(gateway)).Select(static entry => entry.Key)];
}
