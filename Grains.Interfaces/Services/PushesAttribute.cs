namespace GameCluster.Services;

/// <summary>Declares a message id that the service pushes and no client may send.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class PushesAttribute(int messageId) : Attribute
{
    /// <summary>The message id; above zero.</summary>
    public int MessageId { get; } = messageId;
}
