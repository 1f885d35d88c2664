namespace GameCluster.Push;

/// <summary>
/// Counts the replies of this silo's grains that have not reached their gateway. A silo that stops settles them before Orleans takes away the way there: its grains have
/// ended by then, and gateways send nothing new once they know that it is stopping.
/// </summary>
internal sealed class OwedReplies(TimeProvider time) : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>What a gateway sent before it heard of the stop may still be on its way.</summary>
    private static readonly TimeSpan NewsTravel = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private int _count;

    public void Add() => Interlocked.Increment(ref _count);

    public void Settle(int replies) => Interlocked.Add(ref _count, -replies);

    /// <summary>Stops after the stages that tell the cluster and before those that end the ingress and the messaging.</summary>
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(OwedReplies), ServiceLifecycleStage.ApplicationServices, static _ => Task.CompletedTask, WaitAsync);

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested && time.GetElapsedTime(startedAt) is var elapsed && (elapsed < NewsTravel || (Volatile.Read(ref _count) > 0 && elapsed < Limit)))
        {
            await Task.Delay(Poll, time, CancellationToken.None);
        }
    }
}
