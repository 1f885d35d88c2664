namespace GameCluster.Services;

/// <summary>What a service declares about itself: an entry of the catalog that each silo reports when it joins.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.ServiceDescriptor")]
public sealed record ServiceDescriptor
{
    /// <summary>The service's name.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>The Orleans grain type, by which gateways call it.</summary>
    [Id(1)]
    public required string GrainType { get; init; }

    /// <summary>The role that hosts it.</summary>
    [Id(2)]
    public required string Role { get; init; }

    /// <summary>Which grain a message goes to.</summary>
    [Id(3)]
    public ServiceKey Key { get; init; }

    /// <summary>The key of a fixed service.</summary>
    [Id(4)]
    public string? FixedKey { get; init; }

    /// <summary>Whether its messages need a login unless they say otherwise.</summary>
    [Id(5)]
    public bool RequiresLogin { get; init; }

    /// <summary>The ids it handles.</summary>
    [Id(6)]
    public HandlerDescriptor[] Handlers { get; init; } = [];

    /// <summary>The ids it pushes.</summary>
    [Id(7)]
    public int[] Pushes { get; init; } = [];

    /// <summary>Its HTTP endpoints.</summary>
    [Id(8)]
    public HttpEndpointDescriptor[] HttpEndpoints { get; init; } = [];

    /// <summary>Those of <see cref="Pushes"/> that are not <see cref="DeliveryClass.Reliable"/>, by id.</summary>
    [Id(9)]
    public PushDescriptor[] PushClasses { get; init; } = [];

    /// <summary>Whether its answers to numbered requests outlive its silo: one whose outcome is unknown may be sent again, and is handled once all the same.</summary>
    [Id(10)]
    public bool KeepsAnswers { get; init; }
}
