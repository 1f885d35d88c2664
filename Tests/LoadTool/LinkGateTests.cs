using GameCluster.LoadTest.Network;

namespace GameCluster.Tests.LoadTool;

internal sealed class LinkGateTests
{
    [Test]
    public async Task PassAsync_ClosedByTwoPartitions_WaitsForBothToHeal()
    {
        var gate = new LinkGate();
        gate.Close();
        gate.Close();
        var passing = gate.PassAsync();
        gate.Open();
        Assert.That(passing.IsCompleted || gate.PassAsync().IsCompleted, Is.False);

        gate.Open();

        await passing.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(gate.PassAsync().IsCompleted, Is.True);
    }
}
