using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using GameCluster.LoadTest.Network;
using GameCluster.Tests.EndToEnd;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.Cluster;

/// <summary>Members that cannot hear each other, though all of them reach the database.</summary>
internal sealed class PartitionTests
{
    private const int Talkers = 20;

    private static readonly TimeSpan HealLimit = TimeSpan.FromSeconds(30);
    private static readonly Dictionary<string, string> Settings = new() { ["GameCluster__Node__ServiceAssemblies"] = Server.ServicesFile };

    [Test]
    public async Task Partition_OfASiloThatTakesClients_TheOthersGoOnAndNoGrainAnswersTwice()
    {
        if (!FaultyNetwork.IsSupported)
        {
            Assert.Ignore("the network in between is for Linux");
        }

        await using var network = new FaultyNetwork();
        await using var cluster = new ClusterOfProcesses(await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(), network);
        var lost = cluster.AddSilo("gateway,*", Settings);
        await cluster.ReadyAsync();

        // Made while there is only this silo, the grain that everybody asks is there.
        await using var minority = await Asker.StartAsync(lost);
        await minority.AnsweredAsync();
        cluster.AddSilo(settings: Settings);
        cluster.AddSilo(settings: Settings);
        var gateway = cluster.AddGateway(Settings);
        await cluster.ReadyAsync();
        await using var majority = await Asker.StartAsync(gateway);
        await majority.AnsweredAsync();
        var first = majority.Answers.Last().Incarnation;
        Assert.That(minority.Answers.Last().Incarnation, Is.EqualTo(first));
        await using var crowd = await Crowd.StartAsync([gateway], Talkers);
        var moment = crowd.Now;
        var clock = Stopwatch.StartNew();

        // One member has one vote, and two are needed: a part of two could vote out the others first.
        var partition = await network.PartitionAsync([lost.Name], ["silo-2", "silo-3", gateway.Name]);

        await Wait.UntilAsync(() => majority.Answers.Last().Incarnation != first, HealLimit, "the grain to live among the others", () => gateway.Output);
        var moved = clock.Elapsed;
        await crowd.SteadyAsync(crowd.Now, HealLimit);
        var steady = clock.Elapsed;
        Assert.That(await lost.ExitAsync(), Is.Not.Zero, "who was taken for dead must not go on");
        var ended = clock.Elapsed;
        await partition.DisposeAsync();
        cluster.StartAgain(lost);
        await cluster.ReadyAsync();

        await crowd.StopAsync();
        await majority.StopAsync();
        var disturbance = crowd.DisturbanceSince(moment);
        await TestContext.Out.WriteLineAsync(
            $"the grain answered at its new place after {moved.TotalSeconds:0.0} s, all sessions well after {steady.TotalSeconds:0.0} s, the lost silo had ended after {ended.TotalSeconds:0.0} s; {disturbance}");
        var answers = minority.Answers.Concat(majority.Answers).ToList();
        Assert.That(answers.Select(static answer => answer.Incarnation).Distinct().Count(), Is.EqualTo(2), "one life before, one after");
        Assert.That(
            answers.Where(answer => answer.Incarnation == first).Max(static answer => answer.SentAt),
            Is.LessThan(answers.Where(answer => answer.Incarnation != first).Min(static answer => answer.RepliedAt)),
            "the first life answers nothing that was asked after the second has answered");
        Assert.That(disturbance.Errors.Select(static error => error.Code), Is.All.AnyOf(503, 504));
        Assert.That(disturbance.OfSurvivors.Where(static exchange => exchange.IsError), Is.Empty, "sessions of the others");
    }

    /// <summary>Asks one grain again and again which of its lives it is.</summary>
    private sealed class Asker : IAsyncDisposable
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

        private readonly CancellationTokenSource _stopping = new();
        private readonly GameSocket _socket;
        private readonly Task _running;

        private Asker(GameSocket socket)
        {
            _socket = socket;
            _running = RunAsync();
        }

        /// <summary>In order.</summary>
        public ConcurrentQueue<(string Incarnation, long SentAt, long RepliedAt)> Answers { get; } = new();

        public static async Task<Asker> StartAsync(GameProcess gateway) => new(await GameSocket.ConnectAsync(gateway.ClientUri));

        public Task AnsweredAsync() => Wait.UntilAsync(() => !Answers.IsEmpty || _running.IsCompleted, HealLimit, "an answer");

        public async Task StopAsync()
        {
            await _stopping.CancelAsync();
            await _running;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            await _socket.DisposeAsync();
            _stopping.Dispose();
        }

        private async Task RunAsync()
        {
            try
            {
                while (!_stopping.IsCancellationRequested)
                {
                    var sentAt = Stopwatch.GetTimestamp();
                    var reply = await _socket.RequestAsync(MessageIds.Incarnation);
                    if (JsonDocument.Parse(reply.Body).RootElement.TryGetProperty("text", out var incarnation))
                    {
                        Answers.Enqueue((incarnation.GetString()!, sentAt, Stopwatch.GetTimestamp()));
                    }

                    await Task.Delay(Pause);
                }
            }
            catch (Exception ended) when (ended is WebSocketException or AssertionException)
            {
                // Its gateway has ended.
            }
        }
    }
}
