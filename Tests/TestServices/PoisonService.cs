using GameCluster.Services;

namespace GameCluster.Tests.TestServices;

/// <summary>Does harm, each in another way, to the player's own grain.</summary>
[Service("tests.poison", Key = ServiceKey.Player)]
internal sealed class PoisonService : ServiceGrain
{
    [Handles(MessageIds.PoisonSpin)]
    public void Spin(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
        }
    }

    [Handles(MessageIds.PoisonSpinLater)]
    public async Task SpinLaterAsync(CancellationToken stopping)
    {
        await Task.Yield();
        Spin(stopping);
    }

    [Handles(MessageIds.PoisonWait)]
    public Task WaitAsync(CancellationToken stopping) => Task.Delay(Timeout.Infinite, stopping);

    [Handles(MessageIds.PoisonDie)]
    public void Die() => Environment.FailFast("a handler of the test services ends the process");

    [Handles(MessageIds.PoisonAllocate)]
    public NumberRequest Allocate(NumberRequest megabytes)
    {
        var length = 0;
        for (var i = 0; i < megabytes.Number; i++)
        {
            length += new byte[1024 * 1024].Length;
        }

        return new NumberRequest(length);
    }

    [Handles(MessageIds.PoisonNumber)]
    public NumberRequest Number(NumberRequest request) => request;
}
