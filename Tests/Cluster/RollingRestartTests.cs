using System.Net.Http.Json;
using System.Text.Json;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>What players notice when every silo is replaced while they play: nothing.</summary>
internal sealed class RollingRestartTests
{
    private const int Talkers = 60;
    private const int Pipeliners = 20;
    private const int Sleepers = 20;
    private const int LogIn = 1000;
    private const int Notice = 30001;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>The promise is one second; a machine that other tests and starting processes keep busy adds to it.</summary>
    private static readonly TimeSpan PauseLimit = TimeSpan.FromSeconds(3);

    [SetUp]
    public Task StartAsync() => SharedCluster.MakeWholeAsync();

    [TearDown]
    public void CheckLogs() => ProcessLog.AssertClean(SharedCluster.Processes);

    [Test]
    public async Task Terminate_EverySiloInTurn_NoRequestFailsAndNothingIsForgotten()
    {
        var old = SharedCluster.Silos;
        await SharedCluster.GrowAsync(old.Count);
        await using var crowd = await Crowd.StartAsync(SharedCluster.Gateways, Talkers);
        await using var pipeliners = await PipelinerGroup.StartAsync(SharedCluster.Gateways, Pipeliners, TestSeed.Next());
        var (sleepers, moment) = (await FallAsleepAsync(), crowd.Now);
        await PushAsync(sleepers.Keys, 0);

        for (var stopped = 0; stopped < old.Count; stopped++)
        {
            Assert.That(await old[stopped].StopAsync(), Is.Zero);
            await PushAsync(sleepers.Keys, stopped + 1);
            await TestContext.Out.WriteLineAsync(old[stopped].Output.Split('\n').LastOrDefault(static line => line.Contains("grains have moved in", StringComparison.Ordinal)) ?? "no line about moved grains");
        }

        await crowd.SteadyAsync(crowd.Now, Limit);
        await crowd.StopAsync();
        var disturbance = crowd.DisturbanceSince(moment);
        await TestContext.Out.WriteLineAsync(disturbance.ToString());
        await pipeliners.FinishAsync();
        await WakeAsync(sleepers, old.Count + 1);
        Assert.That(disturbance.Errors, Is.Empty);
        Assert.That(disturbance.Lost, Is.Zero, "games that were forgotten");
        Assert.That(disturbance.SlowestReply, Is.LessThan(PauseLimit));
    }

    /// <summary>Players of version 1 who lose their connection: all there is of them is in the memory of silos.</summary>
    private static async Task<Dictionary<string, SessionSocket>> FallAsleepAsync()
    {
        var sleepers = new Dictionary<string, SessionSocket>();
        for (var i = 0; i < Sleepers; i++)
        {
            var socket = await SessionSocket.ConnectAsync(SharedCluster.Gateways[i % SharedCluster.Gateways.Count].ClientUri);
            var name = $"sleeper-{Guid.NewGuid():N}";
            await socket.RequestAsync(LogIn, JsonSerializer.Serialize(new { name }));
            socket.Abort();
            sleepers[name] = socket;
        }

        return sleepers;
    }

    private static Task PushAsync(IEnumerable<string> players, int number) => Task.WhenAll(players.Select(async player =>
    {
        var gateway = SharedCluster.Gateways[number % SharedCluster.Gateways.Count];
        using var response = await gateway.Admin.PostAsJsonAsync("admin/v1/push", new { to = new { player }, message = Notice, body = new { number } });
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.That(answer.GetProperty("sessions").GetInt32(), Is.EqualTo(1), $"push {number} to {player}: {answer}");
    }));

    private static async Task WakeAsync(Dictionary<string, SessionSocket> sleepers, int pushes)
    {
        foreach (var (player, earlier) in sleepers)
        {
            await using var socket = await SessionSocket.ResumeAsync(SharedCluster.Gateways[^1].ClientUri, earlier);
            Assert.That(socket.Resumed, Is.True, $"{player}: {socket.Reason}");
            await socket.PushesAsync(pushes);
            Assert.That(socket.Pushes.Select(static push => push["number"].GetInt32()), Is.EqualTo(Enumerable.Range(0, pushes)));
            await socket.CloseAsync();
            await earlier.DisposeAsync();
        }
    }
}
