using System.Diagnostics;
using System.Net;
using System.Text.Json;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>Processes that start in any order, with a database of their own that starts last.</summary>
internal sealed class StartTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RoutedLimit = TimeSpan.FromSeconds(10);

    [Test]
    public async Task Start_GatewayThenSiloThenDatabase_AllGetReadyAndMoreMayJoin()
    {
        await using var postgres = await PostgresServer.StartNewAsync();
        await using var cluster = new ClusterOfProcesses(await postgres.CreateDatabaseAsync());
        await postgres.StopAsync();
        foreach (var process in new[] { cluster.AddGateway(), cluster.AddSilo("route,service,echo") })
        {
            await WritesAsync(process, "is not available yet");
            await Wait.UntilAsync(async () => await process.StatusOfAsync("healthz") == HttpStatusCode.OK, Limit, $"{process.Name} to say that it is alive while it waits");
            Assert.That(await process.StatusOfAsync("readyz"), Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(process.HasExited, Is.False);
        }

        await postgres.StartAsync();
        await cluster.ReadyAsync();
        cluster.AddGateway();
        await cluster.ReadyAsync();

        await AssertGameJoinsAsync(cluster);
        await AssertGameComesBackAsync(cluster);
        await AssertGameIsRetiredAsync(cluster);
        ProcessLog.AssertClean([.. cluster.Silos, .. cluster.Gateways]);
    }

    /// <summary>A game whose silo joins later is routed by both gateways, is hosted there only, and gateways host nothing.</summary>
    private static async Task AssertGameJoinsAsync(ClusterOfProcesses cluster)
    {
        await using var players = await Players.LogInAsync(cluster.Gateways, 10);
        var before = await Task.WhenAll(players.Sockets.Select(static socket => socket.RequestAsync(30000)));
        Assert.That(before.Select(static reply => reply.Code), Is.All.EqualTo(503));
        var old = await ActivationsAsync(cluster);

        cluster.AddSilo("csmj");
        await cluster.ReadyAsync();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(players.Sockets.Select(RoutedAsync));
        await TestContext.Out.WriteLineAsync($"the game was routed by both gateways {clock.Elapsed.TotalSeconds:0.000} s after its silo was ready");

        var now = await ActivationsAsync(cluster);
        Assert.That(now["silo-2"], Is.InRange(10, 12), "the game's grains");
        Assert.That(now["silo-1"], Is.InRange(old["silo-1"] - 1, old["silo-1"] + 1), "grains of other services");
        Assert.That(new[] { now["gateway-1"], now["gateway-2"] }, Is.All.LessThan(5), "a gateway hosts no grain of any session");
    }

    /// <summary>Without its only silo the game's players are told so, and play on when another one comes.</summary>
    private static async Task AssertGameComesBackAsync(ClusterOfProcesses cluster)
    {
        await using var players = await Players.LogInAsync(cluster.Gateways, 10);
        await Task.WhenAll(players.Sockets.Select(RoutedAsync));
        Assert.That(await cluster.Silos[1].StopAsync(), Is.Zero);

        var without = await Task.WhenAll(players.Sockets.Select(static socket => socket.RequestAsync(30000)));
        Assert.That(without.Select(static reply => (reply.Code, reply["desc"].GetString())), Is.All.EqualTo((503, "no server of csmj could take the message in time; it was not handled")));

        cluster.AddSilo("csmj");
        await cluster.ReadyAsync();
        await Task.WhenAll(players.Sockets.Select(RoutedAsync));
    }

    /// <summary>A game whose silo has left is asked for in vain until an operator retires it.</summary>
    private static async Task AssertGameIsRetiredAsync(ClusterOfProcesses cluster)
    {
        await using var players = await Players.LogInAsync(cluster.Gateways, 2);
        using var hosted = await RetireAsync(cluster.Gateways[0]);
        Assert.That(hosted.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await hosted.Content.ReadAsStringAsync(), Does.Contain(cluster.Silos[^1].Name));

        await cluster.Silos[^1].StopAsync();
        await Wait.UntilAsync(
            async () =>
            {
                using var retired = await RetireAsync(cluster.Gateways[0]);
                return retired.StatusCode == HttpStatusCode.OK;
            },
            Limit,
            "a game without a silo to be retired");

        var answers = await Task.WhenAll(players.Sockets.Select(static socket => socket.RequestAsync(30000)));
        Assert.That(answers.Select(static reply => reply.Code), Is.All.EqualTo(404));
    }

    private static async Task<HttpResponseMessage> RetireAsync(GameProcess gateway)
    {
        using var table = await gateway.Admin.GetAsync("admin/v1/routes");
        using var request = new HttpRequestMessage(HttpMethod.Delete, "admin/v1/routes/services/csmj");
        request.Headers.IfMatch.Add(table.Headers.ETag!);
        return await gateway.Admin.SendAsync(request);
    }

    private static async Task RoutedAsync(GameSocket socket) => await Wait.UntilAsync(
        async () => (await socket.RequestAsync(30000)).Code == 200, RoutedLimit, "a game whose silo is ready to be routed");

    private static async Task<Dictionary<string, int>> ActivationsAsync(ClusterOfProcesses cluster) =>
        (await cluster.Gateways[0].StatusAsync()).GetProperty("silos").EnumerateArray().ToDictionary(
            static silo => silo.GetProperty("name").GetString()!, static silo => silo.GetProperty("activations").GetInt32());

    private static Task WritesAsync(GameProcess process, string text) => Wait.UntilAsync(
        () => process.Output.Contains(text, StringComparison.Ordinal), Limit, $"{process.Name} to write '{text}'", () => process.Output);
}
