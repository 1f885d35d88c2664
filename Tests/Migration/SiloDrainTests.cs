using System.Text;
using System.Text.Json;
using GameCluster.Migration;
using GameCluster.Placement;
using GameCluster.Rooms;
using GameCluster.Services;
using GameCluster.Sessions;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.Rooms;

namespace GameCluster.Tests.Migration;

/// <summary>What grains take along when their silo stops; what clients notice of it is tested with processes.</summary>
internal sealed class SiloDrainTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly GrainId Moving = GrainId.Create("service." + MovingService.Name, "one");

    private readonly SessionId _session = SessionId.Create();
    private RoomCluster _cluster;
    private int _stopping;

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = await RoomCluster.StartAsync(3, typeof(ProbeRoom), typeof(ProbeLobby), typeof(MovingService));
        _stopping = 2;
    }

    [TearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [Test]
    public async Task Stop_OfAServicesSilo_TakesStateAndAnswersAlong()
    {
        var before = await CountAsync(1);
        await CountAsync(2);
        _stopping = await FindAsync(Moving);

        await _cluster.StopAsync(_cluster.Silos[_stopping]);

        var again = await CountAsync(2);
        var next = await CountAsync(3);
        Assert.That(before, Is.EqualTo(new MovingReply(1, 1, "visit 1")));
        Assert.That(again, Is.EqualTo(new MovingReply(2, 2, "visit 2")), "the answer of the first time");
        Assert.That(next, Is.EqualTo(new MovingReply(3, 1, "visit 3")), "the state goes along, fields do not");
    }

    [Test]
    public async Task Stop_WhileAHandlerRuns_LetsItEndAndKeepsWhatWaits()
    {
        await CountAsync(1);
        _stopping = await FindAsync(Moving);
        var begun = MovingService.Begun;
        var running = AskAsync(2, MovingService.Wait);
        await Wait.UntilAsync(() => MovingService.Begun > begun, Limit, "the handler to run");
        var waiting = CountAsync(3);

        await _cluster.StopAsync(_cluster.Silos[_stopping]);

        Assert.That((await running).Count, Is.EqualTo(2));
        Assert.That((await waiting).Count, Is.EqualTo(3));
    }

    [Test]
    public async Task Stop_OfAGroupsSilo_MembersHearEverythingOnceAndInOrder()
    {
        var (ann, bob) = (_cluster.Connect(0), _cluster.Connect(0));
        var (group, id) = await JoinOneOnAnotherSiloAsync(ann);
        await bob.AskAsync(ProbeLobby.Name, ProbeLobby.JoinGroup, $$"""{"room":"{{group}}"}""");
        await bob.DisconnectAsync(id);
        var sent = 0;
        using var stopping = new CancellationTokenSource();
        var pushing = Task.Run(async () =>
        {
            while (!stopping.IsCancellationRequested)
            {
                Assert.That(await _cluster.Get<IGroups>().PushAsync(group, 1, new ProbeText($"{++sent}")), Is.EqualTo(2));
                await Task.Delay(TimeSpan.FromMilliseconds(4), CancellationToken.None);
            }
        });

        await _cluster.StopAsync(_cluster.Silos[_stopping]);
        await stopping.CancelAsync();
        await pushing;

        Assert.That((await bob.ReconnectAsync(id, 0, 0)).Status, Is.EqualTo(StreamResumeStatus.Resumed));
        foreach (var client in new[] { ann, bob })
        {
            var stream = client.Stream(id);
            await Wait.UntilAsync(() => stream.Got.Length >= sent, Limit, $"{sent} messages", () => $"{stream.Got.Length} came");
            Assert.That(stream.Got.Select(static got => (got.Number, got.Text)), Is.EqualTo(Enumerable.Range(1, sent).Select(static i => ((uint)i, $$"""{"text":"{{i}}"}"""))));
            Assert.That(stream.IsClosed, Is.False);
        }
    }

    [Test]
    public async Task Mark_OfASilo_KeepsNewGrainsOffItAsLongAsThereAreOthers()
    {
        var marked = _cluster.Silos[1].SiloAddress;
        var marks = _cluster.Get<DrainMarks>();
        marks.Add(marked);
        for (var i = 0; i < 30; i++)
        {
            await _cluster.Get<IRooms>().CreateAsync(ProbeRoom.Name, $"marked {i}");
        }

        Assert.That(_cluster.Get<RoomTable>(1).Count, Is.Zero);
        marks.Add(_cluster.Silos[0].SiloAddress);
        marks.Add(_cluster.Silos[2].SiloAddress);
        Assert.That((await _cluster.Get<IRooms>().CreateAsync(ProbeRoom.Name, "at last")).Error, Is.Null, "better a silo that stops than none");
    }

    /// <summary>Joins groups until one is not where its member's gateway is, which has to stay.</summary>
    private async Task<(string Group, GrainId Id)> JoinOneOnAnotherSiloAsync(TestClient client)
    {
        for (var number = 1; ; number++)
        {
            var group = $"group {number}";
            var id = GrainId.Create("gamecluster.group", group);
            await client.AskAsync(ProbeLobby.Name, ProbeLobby.JoinGroup, $$"""{"room":"{{group}}"}""");
            _stopping = await FindAsync(id);
            if (_stopping > 0)
            {
                return (group, id);
            }
        }
    }

    private async Task<int> FindAsync(GrainId grain)
    {
        var found = -1;
        await Wait.UntilAsync(
            () => (found = Enumerable.Range(0, _cluster.Silos.Count).FirstOrDefault(silo => _cluster.Get<MovableGrains>(silo).Find().Any(known => known.GrainId == grain), -1)) >= 0,
            Limit,
            $"{grain} to be somewhere");
        return found;
    }

    private Task<MovingReply> CountAsync(uint number) => AskAsync(number, MovingService.Count);

    private async Task<MovingReply> AskAsync(uint number, int message)
    {
        // From a silo that stays.
        var caller = _stopping == 0 ? 1 : 0;
        var grain = _cluster.Get<IGrainFactory>(caller).GetGrain<IServiceGrain>(Moving);
        var reply = await grain.HandleAsync(new LaneCall(_session, null, null, [new InboundFrame(message, "{}"u8.ToArray(), number)]));
        return JsonSerializer.Deserialize<MovingReply>(Encoding.UTF8.GetString(reply.Frames[^1].Body), ServiceJson.For(typeof(MovingReply).Assembly).Options)!;
    }
}
