using System.Diagnostics;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>Short detection times must not evict who is only slow. By hand, with <c>GAMECLUSTER_TEST_BUSY=600</c> for the time in seconds.</summary>
[Explicit("takes minutes and all of the machine")]
internal sealed class BusyMachineTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(LongRun.Number("GAMECLUSTER_TEST_BUSY", 60));

    [Test]
    public async Task AllProcessorsBusy_WhileSessionsTalk_NobodyIsEvicted()
    {
        await SharedCluster.MakeWholeAsync();
        var members = SharedCluster.Processes.Select(static process => process.Id).ToList();
        await using var crowd = await Crowd.StartAsync(SharedCluster.Gateways, 50);
        var moment = crowd.Now;
        var burners = Enumerable.Range(0, Environment.ProcessorCount * 2).Select(static _ => Process.Start("/bin/sh", ["-c", "while :; do :; done"])).ToList();
        try
        {
            await Wait.UntilAsync(() => crowd.Now > moment + Duration, Duration * 2, "the busy time to pass");
        }
        finally
        {
            foreach (var burner in burners)
            {
                burner.Kill();
                burner.Dispose();
            }
        }

        await crowd.StopAsync();
        await TestContext.Out.WriteLineAsync($"{Duration.TotalSeconds:0} s; {crowd.DisturbanceSince(moment)}");
        Assert.That(SharedCluster.Processes.Select(static process => process.Id), Is.EqualTo(members), "nobody was evicted");
        Assert.That(crowd.DisturbanceSince(moment).Lost, Is.Zero);
    }
}
