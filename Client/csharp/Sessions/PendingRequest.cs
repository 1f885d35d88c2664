namespace GameCluster.Client.Sessions;

/// <summary>A request without an answer.</summary>
internal sealed class PendingRequest(int messageId, byte[] body)
{
    private readonly TaskCompletionSource<byte[]> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int MessageId { get; } = messageId;

    public byte[] Body { get; } = body;

    /// <summary>0 until it is sent.</summary>
    public uint Number { get; set; }

    public bool Sent => Number > 0;

    public Task<byte[]> Answer => _answer.Task;

    public void Reply(byte[] body) => _answer.TrySetResult(body);

    public void Fail(GameException error) => _answer.TrySetException(error);

    public void Cancel(CancellationToken cancellation) => _answer.TrySetCanceled(cancellation);
}
