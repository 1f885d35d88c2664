using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>What clients and services are told when a gateway stops.</summary>
internal sealed class GatewayStopTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [SetUp]
    public Task StartAsync() => SharedCluster.MakeWholeAsync();

    [TearDown]
    public void CheckLogs() => ProcessLog.AssertClean(SharedCluster.Processes);

    [Test]
    public async Task Terminate_WithSessions_ClientsAreSentAwayAndServicesAreTold()
    {
        var (stopping, staying) = (SharedCluster.Gateways[0], SharedCluster.Gateways[1]);
        await using var players = await Players.LogInAsync([stopping], 20);
        await using var others = await Players.LogInAsync([staying], 5);
        var sessions = await Task.WhenAll(players.Names.Select(staying.SessionOfAsync));

        var code = await stopping.StopAsync();

        Assert.That(code, Is.Zero);
        foreach (var socket in players.Sockets)
        {
            Assert.That((await socket.ReceiveCloseAsync()).Code, Is.EqualTo(1001));
        }

        await Wait.UntilAsync(() => sessions.All(HasLeft), Limit, "the login service to be told that each of the sessions has ended");
        foreach (var socket in others.Sockets)
        {
            Assert.That((await socket.RequestAsync(10000)).Code, Is.EqualTo(200));
        }
    }

    private static bool HasLeft(string session) =>
        SharedCluster.Silos.Any(silo => silo.Output.Contains($"Session {session} has left service route", StringComparison.Ordinal));
}
