using System.Diagnostics;
using GameCluster.Services;

namespace GameCluster.Tests.TestServices;

/// <summary>Takes its time, all of it, or fails.</summary>
[Service("tests.slow")]
internal sealed class SlowService : ServiceGrain
{
    private const int MiB = 1024 * 1024;
    private const int HoardedPerSecond = 50;

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

    /// <summary>Takes 50 MiB a second and gives back nothing before its end.</summary>
    [Handles(MessageIds.Hoard)]
    public async Task<DelayRequest> HoardAsync(DelayRequest request, CancellationToken stopping)
    {
        var hoard = new List<byte[]>();
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) is var passed && passed.TotalMilliseconds < request.Milliseconds)
        {
            while (hoard.Count < passed.TotalSeconds * HoardedPerSecond)
            {
                hoard.Add(GC.AllocateUninitializedArray<byte>(MiB));
                hoard[^1].AsSpan().Fill(1);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), stopping);
        }

        return request;
    }

    [Handles(WellKnownMessages.Offline)]
    public void End(MessageContext context) => Ledger.Note(context.Session, "tests.slow");
}
