using GameCluster.Services;

namespace GameCluster.Games.Echo;

/// <summary>Sends every body back: what load tests talk to.</summary>
[Service("echo")]
internal sealed class EchoService : ServiceGrain
{
    [Handles(40000, Idempotent = true)]
    public byte[] Echo(byte[] body) => body;
}
