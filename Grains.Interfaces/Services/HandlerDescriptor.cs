namespace GameCluster.Services;

/// <summary>One message id that a service handles.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.HandlerDescriptor")]
public sealed record HandlerDescriptor
{
    /// <summary>The message id.</summary>
    [Id(0)]
    public required int MessageId { get; init; }

    /// <summary>Who may send it.</summary>
    [Id(1)]
    public MessageDirection Direction { get; init; }

    /// <summary>Whether it needs a login.</summary>
    [Id(2)]
    public LoginRequirement Login { get; init; }

    /// <summary>Whether handling it twice does no harm.</summary>
    [Id(3)]
    public bool Idempotent { get; init; }

    /// <summary>Whether any grain of the service will do.</summary>
    [Id(4)]
    public bool Stateless { get; init; }
}
