using System.Diagnostics;
using GameCluster.Services;

namespace GameCluster.Tests.TestServices;

/// <summary>Takes its time, all of it, or fails.</summary>
[Service("tests.slow")]
internal sealed class SlowService : ServiceGrain
{
    [Handles(MessageIds.Delay)]
    public async Task<DelayRequest> DelayAsync(DelayRequest request, MessageContext context, CancellationToken stopping)
    {
        await Task.Delay(request.Milliseconds, stopping);
        Ledger.Note(context.Session, "tests.slow delayed");
        return request;
    }

    [Handles(MessageIds.Number)]
    public NumberRequest Number(NumberRequest request) => request;

    [Handles(MessageIds.Never)]
    public Task NeverAsync(CancellationToken stopping) => Task.Delay(Timeout.Infinite, stopping);

    [Handles(MessageIds.Throw)]
    public CountReply Throw() => throw new InvalidOperationException("the secret of the test services");

    /// <summary>Keeps its thread to itself, without ever waiting.</summary>
    [Handles(MessageIds.Spin)]
    public DelayRequest Spin(DelayRequest request)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalMilliseconds < request.Milliseconds)
        {
            // Busy, by intention.
        }

        return request;
    }

    [Handles(WellKnownMessages.Offline)]
    public void End(MessageContext context) => Ledger.Note(context.Session, "tests.slow");
}
