using System.Net;
using System.Text;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>Routes that operators change while sessions talk.</summary>
internal sealed class RouteChangeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Every one of them sends the messages of <see cref="Talker"/> to where they went before, though in another way.</summary>
    private static readonly string[] Documents =
    [
        """{ "range": { "echo": [[39000, 41000]] } }""",
        """{ "special": { "echo": [40000], "csmj": [30000] } }""",
        """{ "no_state": { "special": [40000] } }""",
        "{}",
    ];

    [SetUp]
    public Task StartAsync() => SharedCluster.MakeWholeAsync();

    [TearDown]
    public void CheckLogs() => ProcessLog.AssertClean(SharedCluster.Processes);

    [Test]
    public async Task Put_WhileSessionsTalk_BothGatewaysSwitchAndNothingIsLost()
    {
        await using var crowd = await Crowd.StartAsync(SharedCluster.Gateways, 20);
        var moment = crowd.Now;

        foreach (var document in Documents)
        {
            var version = await PutAsync(document);
            foreach (var gateway in SharedCluster.Gateways)
            {
                await InForceAsync(gateway, version);
            }

            await crowd.SteadyAsync(crowd.Now, Limit);
        }

        await crowd.StopAsync();
        var disturbance = crowd.DisturbanceSince(moment);
        await TestContext.Out.WriteLineAsync(disturbance.ToString());
        Assert.That(disturbance.Errors, Is.Empty);
        Assert.That(disturbance.Lost, Is.Zero);
        Assert.That(
            SharedCluster.Silos.Where(static silo => silo.Output.Contains("for an unknown SystemTarget", StringComparison.Ordinal)).Select(static silo => silo.Name),
            Is.Empty,
            "processes without clients are not told in a way they do not have");
    }

    [Test]
    public async Task Put_ThatTakesAnIdAway_IsAnsweredNotFoundAtOnceOnBothGateways()
    {
        await using var players = await Players.LogInAsync(SharedCluster.Gateways, 2);

        await PutAsync("""{ "special": { "service": [40000] } }""");
        var without = await Task.WhenAll(players.Sockets.Select(static socket => socket.RequestAsync(40000, """{"code":200}""")));
        await PutAsync("{}");
        var with = await Task.WhenAll(players.Sockets.Select(static socket => socket.RequestAsync(40000, """{"code":200}""")));

        Assert.That(without.Select(static reply => reply.Code), Is.All.EqualTo(404));
        Assert.That(with.Select(static reply => reply.Code), Is.All.EqualTo(200));
    }

    /// <summary>Puts the operators' table in force, through whatever process, and returns its version.</summary>
    private static async Task<long> PutAsync(string document)
    {
        var admin = SharedCluster.Gateways[0].Admin;
        using var table = await admin.GetAsync("admin/v1/routes");
        using var request = new HttpRequestMessage(HttpMethod.Put, "admin/v1/routes") { Content = new StringContent(document, Encoding.UTF8, "application/json") };
        request.Headers.IfMatch.Add(table.Headers.ETag!);
        using var answer = await admin.SendAsync(request);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        return long.Parse(answer.Headers.ETag!.Tag.Trim('"'), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static Task InForceAsync(GameProcess gateway, long version) => Wait.UntilAsync(
        async () => (await gateway.StatusAsync()).GetProperty("gateways").EnumerateArray()
            .All(report => report.GetProperty("route_version").GetInt64() >= version),
        Limit,
        $"every gateway to have route table {version}");
}
