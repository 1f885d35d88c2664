using GameCluster.Services;

namespace GameCluster.Routing;

/// <summary>What an operator sets differently from what a service declares; null leaves it as declared.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.ServiceOverride")]
public sealed record ServiceOverride
{
    /// <summary>Whether its messages need a login. Wins over what handlers say.</summary>
    [Id(0)]
    public bool? RequiresLogin { get; init; }

    /// <summary>Which grain a message goes to.</summary>
    [Id(1)]
    public ServiceKey? Key { get; init; }

    /// <summary>The key of a fixed service.</summary>
    [Id(2)]
    public string? FixedKey { get; init; }
}
