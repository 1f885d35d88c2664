using GameCluster.Rooms;
using GameCluster.Services;

namespace GameCluster.Tests.Rooms;

internal sealed class GroupTests
{
    private RoomCluster _cluster;

    [OneTimeSetUp]
    public async Task StartAsync() => _cluster = await RoomCluster.StartAsync(2, typeof(ProbeRoom), typeof(ProbeLobby));

    [OneTimeTearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [Test]
    public async Task Push_Members_GetItInOrderUntilTheyLeaveOrEnd()
    {
        var (ann, bob) = (_cluster.Connect(0), _cluster.Connect(1));
        var groups = _cluster.Get<IGroups>(1);
        Assert.That(await groups.PushAsync("red", 1, new ProbeText("nobody hears")), Is.Zero);
        await ann.AskAsync(ProbeLobby.Name, ProbeLobby.JoinGroup, """{"room":"red"}""");
        await bob.AskAsync(ProbeLobby.Name, ProbeLobby.JoinGroup, """{"room":"red"}""");
        Assert.That(ann.Streams.Single(), Is.EqualTo(new StreamChange(GrainId.Create("gamecluster.group", "red"), "group", "red", Opened: true)));

        Assert.That(await groups.PushAsync("red", 1, new ProbeText("one")), Is.EqualTo(2));
        Assert.That(await groups.PushAsync("blue", 1, new ProbeText("other group")), Is.Zero);
        await ann.AskAsync(ProbeLobby.Name, ProbeLobby.LeaveGroup, """{"room":"red"}""");
        Assert.That(await groups.PushAsync("red", 1, new ProbeText("two")), Is.EqualTo(1));
        Assert.That(await GotAsync(bob, 2), Is.EqualTo(new[] { (1u, """{"text":"one"}"""), (2u, """{"text":"two"}""") }));

        await bob.EndAsync(bob.Streams[0].Stream);
        Assert.That(await groups.PushAsync("red", 1, new ProbeText("three")), Is.Zero);
        Assert.That(await GotAsync(ann, 1), Has.Length.EqualTo(1));
    }

    private async Task<(uint Number, string Text)[]> GotAsync(TestClient client, int count)
    {
        var stream = client.Stream(client.Streams[0].Stream);
        await LoadTest.Processes.Wait.UntilAsync(() => stream.Got.Length >= count, TimeSpan.FromSeconds(20), $"{count} messages");
        return [.. stream.Got.Select(static got => (got.Number, got.Text))];
    }
}
