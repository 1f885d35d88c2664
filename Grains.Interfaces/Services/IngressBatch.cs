namespace GameCluster.Services;

/// <summary>Calls of different lanes that were ready for the same silo at the same time.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.IngressBatch")]
public sealed class IngressBatch(SiloAddress gateway, IngressCall[] calls)
{
    /// <summary>The gateway that wants the replies.</summary>
    [Id(0)]
    public SiloAddress Gateway { get; } = gateway;

    /// <summary>At most one call per lane: their order among each other means nothing.</summary>
    [Id(1)]
    public IngressCall[] Calls { get; } = calls;
}
