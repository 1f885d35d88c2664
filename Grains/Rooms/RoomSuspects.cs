namespace GameCluster.Rooms;

/// <summary>
/// Rooms whose last opening has not ended are opened one at a time: of those that were being opened when a process died, one is to blame, and the next death is to count against that one only.
/// </summary>
internal sealed class RoomSuspects(TimeProvider time)
{
    /// <summary>One that takes longer kills nobody.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>Waits for its turn, which ends when the result is disposed of; null if it has waited for long enough.</summary>
    public async Task<IDisposable?> EnterAsync()
    {
        using var limit = new CancellationTokenSource(Limit, time);
        try
        {
            await _gate.WaitAsync(limit.Token);
            return new Exit(_gate);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private sealed class Exit(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
