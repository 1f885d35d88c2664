namespace GameCluster.Services;

/// <summary>
/// Marks the method of a service that handles a message id. Parameters, each optional and in any order: one request type (read from
/// the JSON body; <c>byte[]</c> takes the body as it came), <c>MessageContext</c>, <c>CancellationToken</c>. The result is the reply: a type written as JSON, <c>byte[]</c>, a
/// <c>Response&lt;T&gt;</c> that may be an error, or nothing; each may be in a <c>Task</c> or <c>ValueTask</c>. An empty reply is no reply.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class HandlesAttribute(int messageId) : Attribute
{
    /// <summary>The message id; above zero, as negative ids are the protocol's.</summary>
    public int MessageId { get; } = messageId;

    /// <summary>Who may send it.</summary>
    public MessageDirection Direction { get; init; } = MessageDirection.Client;

    /// <summary>Whether it needs a logged-in player.</summary>
    public LoginRequirement Login { get; init; } = LoginRequirement.AsService;

    /// <summary>Whether handling it twice does no harm: such a message is sent again when a silo dies with the outcome unknown.</summary>
    public bool Idempotent { get; init; }

    /// <summary>Whether any grain of the service will do (obEspoir's no_state): no order between such messages.</summary>
    public bool Stateless { get; init; }
}
