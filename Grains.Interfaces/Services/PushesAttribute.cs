namespace GameCluster.Services;

/// <summary>Declares a message id that the service pushes and no client may send.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class PushesAttribute(int messageId) : Attribute
{
    /// <summary>The message id; above zero.</summary>
    public int MessageId { get; } = messageId;

    /// <summary>What may become of it when its client reads slowly or is away for a moment.</summary>
    public DeliveryClass Delivery { get; init; } = DeliveryClass.Reliable;
}
