namespace GameCluster.Migration;

/// <summary>The signal that services' handlers are cancelled by: later than the signal that the process stops, as there is time for them while grains move.</summary>
internal sealed class HandlerStop : IDisposable
{
    private readonly CancellationTokenSource _source = new();

    public CancellationToken Token => _source.Token;

    public void Give() => _source.Cancel();

    public void Dispose() => _source.Dispose();
}
