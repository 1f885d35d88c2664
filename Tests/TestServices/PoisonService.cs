using GameCluster.Services;

namespace GameCluster.Tests.TestServices;

/// <summary>Does harm, each in another way, to the player's own grain.</summary>
[Service("tests.poison", Key = ServiceKey.Player)]
internal sealed class PoisonService : ServiceGrain
{
    /// <summary>The player who has no grain: it cannot begin.</summary>
    public const string Stillborn = "stillborn";

    /// <summary>The player whose grain begins for ever.</summary>
    public const string NeverBorn = "never-born";

    private readonly List<byte[]> _hoard = [];

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        switch (this.GetPrimaryKeyString())
        {
            case Stillborn:
                throw new InvalidOperationException("the secret of the test services");
            case NeverBorn:
                Spin(cancellationToken);
                break;
        }

        return Task.CompletedTask;
    }

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

    /// <summary>Keeps what it allocates.</summary>
    [Handles(MessageIds.PoisonHoard)]
    public NumberRequest Hoard(NumberRequest megabytes)
    {
        var taken = new List<byte[]>();
        for (var i = 0; i < megabytes.Number; i++)
        {
            taken.Add(GC.AllocateUninitializedArray<byte>(1024 * 1024));
            taken[^1].AsSpan().Fill(1);
        }

        _hoard.AddRange(taken);
        return new NumberRequest(_hoard.Count);
    }

    [Handles(MessageIds.PoisonNumber)]
    public NumberRequest Number(NumberRequest request) => request;
}
