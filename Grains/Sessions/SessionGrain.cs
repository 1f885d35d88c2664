using Orleans.Placement;

namespace GameCluster.Sessions;

/// <summary>
/// The directory entry of one session. In memory only: it is rebuilt by its gateway, and a session whose socket has gone has nothing to find.
/// </summary>
[GrainType("gamecluster.session")]
[PreferLocalPlacement]
internal sealed class SessionGrain : Grain, ISessionGrain
{
    private SiloAddress? _gateway;

    public ValueTask AttachAsync(SiloAddress gateway)
    {
        _gateway = gateway;
        return ValueTask.CompletedTask;
    }

    public ValueTask DetachAsync(SiloAddress gateway)
    {
        if (gateway.Equals(_gateway))
        {
            _gateway = null;
            DeactivateOnIdle();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<SiloAddress?> GetGatewayAsync()
    {
        if (_gateway is null)
        {
            DeactivateOnIdle();
        }

        return ValueTask.FromResult(_gateway);
    }
}
