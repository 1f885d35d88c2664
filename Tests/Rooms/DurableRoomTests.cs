using System.Text;
using System.Text.Json;
using CsCheck;
using GameCluster.Rooms;
using GameCluster.Rooms.Journal;
using GameCluster.Services;
using GameCluster.Tests.Infrastructure;
using Orleans.Core.Internal;

namespace GameCluster.Tests.Rooms;

/// <summary>Durable rooms on a journal that fails as it is told; what silos' deaths do to them is in the cluster's tests.</summary>
internal sealed class DurableRoomTests
{
    private const string Service = DurableProbe.Name;
    private const int SnapshotEvery = 20;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly MemoryJournal _journal = new();
    private RoomCluster _cluster;

    private enum Step
    {
        Join,
        Say,
        Whisper,
        Leave,
        Disconnect,
        Reconnect,
        End,
        Fail,
        Lock,
        Publish,
        Ticks,
        Timers,
        LoseWritten,
        LoseUnwritten,
        Refuse,
        Reactivate,
    }

    [OneTimeSetUp]
    public async Task StartAsync() =>
        _cluster = await RoomCluster.StartAsync(2, _journal, SnapshotEvery, typeof(DurableProbe), typeof(MovingProbe), typeof(DurableLobby));

    [OneTimeTearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [Test]
    public async Task Reactivate_RoomWithMembers_GoesOnWithStateStreamAndAnswers()
    {
        var room = await CreateAsync();
        var (ann, bob) = (await JoinAsync(room, 0, "ann"), await JoinAsync(room, 1));
        Assert.That(await ann.AskAsync(Service, DurableProbe.Say, """{"text":"one"}""", 5), Is.EqualTo("""{"text":"4"}"""));
        await bob.WaitForAsync(Service, room, 1);
        var before = await StateAsync(room);

        await ReactivateAsync(room);

        Assert.That(await StateAsync(room), Is.EqualTo(before));
        Assert.That(await ann.AskAsync(Service, DurableProbe.Say, """{"text":"one"}""", 5), Is.EqualTo("""{"text":"4"}"""), "the answer of the first time");
        Assert.That((await bob.ResumeAsync(bob.Streams[0].Stream, 1)).Status, Is.EqualTo(StreamResumeStatus.Resumed));
        Assert.That(await ann.AskAsync(Service, DurableProbe.Say, """{"text":"two"}""", 6), Is.EqualTo("""{"text":"5"}"""));
        Assert.That((await bob.WaitForAsync(Service, room, 2))[1], Is.EqualTo((DurableProbe.Said, 2u, """{"text":"two 5"}""")));
    }

    [Test]
    public async Task Reactivate_MemberLacksMessagesOfTheOtherLife_GetsThemFromThisOne()
    {
        var room = await CreateAsync();
        var (ann, bob) = (await JoinAsync(room, 0), await JoinAsync(room, 1));
        await bob.DisconnectAsync(bob.Streams[0].Stream);
        for (var i = 0; i < 30; i++)
        {
            await ann.AskAsync(Service, DurableProbe.Say, $$"""{"text":"{{i}}"}""");
        }

        await ReactivateAsync(room);
        var answer = await bob.ReconnectAsync(bob.Streams[0].Stream, 0, 0);

        Assert.That(answer.Status, Is.EqualTo(StreamResumeStatus.Resumed));
        var got = await bob.WaitForAsync(Service, room, 30);
        Assert.That(got.Select(static one => one.Number), Is.EqualTo(Enumerable.Range(1, 30).Select(static number => (uint)number)));
        Assert.That(_journal.SnapshotOf(Service, room), Is.AtLeast(SnapshotEvery));
    }

    [Test]
    public void Reactivate_AfterAnyInputs_IsTheSameRoom() => Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 3]).Array[5, 60].SampleAsync(
        async steps =>
        {
            var run = new Run(this, await CreateAsync());
            foreach (var (step, who) in steps)
            {
                await run.TakeAsync(step, who);
            }

            await run.CheckAsync();
        },
        iter: 40,
        threads: 2).GetAwaiter().GetResult();

    [Test]
    public async Task Append_OutcomeUnknownButWritten_IsDoneOnceAndItsRepeatGetsTheAnswer()
    {
        var room = await CreateAsync();
        var ann = await JoinAsync(room, 0);
        _journal.Fail(room, AppendOutcome.Unknown, isWritten: true);

        Assert.That(await ann.AskAsync(Service, DurableProbe.Say, """{"text":"one"}""", 7), Does.Contain("504"));
        Assert.That(await ann.AskAsync(Service, DurableProbe.Say, """{"text":"one"}""", 7), Is.EqualTo("""{"text":"3"}"""));
        Assert.That((await StateAsync(room)).Split(" one").Length - 1, Is.EqualTo(1));
        await ann.WaitForAsync(Service, room, 1);
    }

    [Test]
    public async Task Append_OutcomeUnknownAndNotWritten_IsDoneByItsRepeatOnly()
    {
        var room = await CreateAsync();
        var ann = await JoinAsync(room, 0);
        _journal.Fail(room, AppendOutcome.Unknown);

        Assert.That(await ann.AskAsync(Service, DurableProbe.Say, """{"text":"one"}""", 7), Does.Contain("504"));
        Assert.That(await StateAsync(room), Does.Not.Contain(" one"));
        Assert.That(await ann.AskAsync(Service, DurableProbe.Say, """{"text":"one"}""", 7), Is.EqualTo("""{"text":"3"}"""));
    }

    [Test]
    public async Task Append_JournalAway_RefusesAndGoesOnAfterwards()
    {
        var room = await CreateAsync();
        var ann = await JoinAsync(room, 0);
        _journal.Fail(room, AppendOutcome.Unavailable);

        Assert.That(await ann.AskAsync(Service, DurableProbe.Say, """{"text":"one"}"""), Does.Contain("503"));
        Assert.That(await ann.AskAsync(Service, DurableProbe.Say, """{"text":"two"}"""), Is.EqualTo("""{"text":"3"}"""));
        Assert.That(await StateAsync(room), Does.Not.Contain(" one"));
    }

    [Test]
    public async Task Append_RoomWasOpenedElsewhere_ThisActivationPushesNothingAndTheNextGoesOn()
    {
        var room = await CreateAsync();
        var ann = await JoinAsync(room, 0);
        _journal.Fence(Service, room);

        Assert.That(async () => await ann.AskAsync(Service, DurableProbe.Say, """{"text":"lost"}"""), Throws.TypeOf<OrleansException>(), "not delivered: the gateway sends it again");
        Assert.That(ann.Stream(Service, room).Got, Is.Empty);
        string? reply = null;
        await Wait.UntilAsync(
            async () =>
            {
                try
                {
                    reply = await ann.AskAsync(Service, DurableProbe.Say, """{"text":"one"}""");
                    return true;
                }
                catch (OrleansException)
                {
                    return false;
                }
            },
            Limit,
            "the next activation to take the room over");

        Assert.That(reply, Is.EqualTo("""{"text":"3"}"""));
    }

    [Test]
    public async Task Close_Room_EndsItInTheJournalToo()
    {
        var room = await CreateAsync();
        var ann = await JoinAsync(room, 0);
        await ann.AskAsync(Service, DurableProbe.Close);

        Assert.That(_journal.IsOpen(Service, room), Is.False);
        Assert.That((await _cluster.Get<IRooms>().CreateAsync(Service, "refused", new RoomSetup(Options: """{"refuse":true}"""u8.ToArray()))).Error!.Code, Is.EqualTo(1001));
        Assert.That(_journal.IsOpen(Service, "refused"), Is.False);
    }

    [Test]
    public async Task Recording_OfARoom_MakesTheSameRoomAgain()
    {
        var room = await CreateAsync();
        var ann = await JoinAsync(room, 0);
        await ann.AskAsync(Service, DurableProbe.Say, """{"text":"one"}""");
        var recording = await _cluster.Get<IRoomJournal>().ReadRecordingAsync(new RoomName(Service, room), 0, 1000);
        var again = Guid.NewGuid().ToString("N");

        _journal.Put(Service, again, recording!.Entries);

        Assert.That(await StateAsync(again), Is.EqualTo(await StateAsync(room)));
    }

    [Test]
    public async Task Open_FailedHalfway_TheNextOpeningMakesTheSameRoom()
    {
        var room = await CreateAsync();
        await JoinAsync(room, 0);
        var (entries, again) = (_journal.EntriesOf(Service, room), Guid.NewGuid().ToString("N"));
        _journal.Put(Service, again, [.. entries, new JournalEntry(entries.Length + 1, "null"u8.ToArray())]);
        Assert.That(async () => await _cluster.Room(Service, again).GetStateAsync(), Throws.Exception, "an entry that is none");

        _journal.Put(Service, again, entries);

        Assert.That(await JoinAsync(_cluster.Connect(), again), Does.StartWith("""{"member":2"""));
    }

    [Test]
    public async Task Migrate_RoomInMemory_MembersNoticeNothing()
    {
        var room = Guid.NewGuid().ToString("N");
        await _cluster.Get<IRooms>().CreateAsync(MovingProbe.Name, room);
        var ann = _cluster.Connect(0, "ann");
        await ann.AskAsync(DurableLobby.Name, DurableLobby.Join, $$"""{"service":"{{MovingProbe.Name}}","room":"{{room}}"}""");
        Assert.That(await ann.AskAsync(MovingProbe.Name, MovingProbe.Say, """{"text":"one"}""", 1), Is.EqualTo("""{"text":"1 1"}"""));
        var before = IsOn(0, room) ? 0 : 1;

        await _cluster.MoveAsync(GrainId.Create("service." + MovingProbe.Name, room), 1 - before);

        Assert.That(await ann.AskAsync(MovingProbe.Name, MovingProbe.Say, """{"text":"one"}""", 1), Is.EqualTo("""{"text":"1 1"}"""), "the answer came along");
        Assert.That(await ann.AskAsync(MovingProbe.Name, MovingProbe.Say, """{"text":"two"}""", 2), Is.EqualTo("""{"text":"2 1"}"""), "state came along, a field did not");
        Assert.That((IsOn(before, room), IsOn(1 - before, room)), Is.EqualTo((false, true)));
        await Wait.UntilAsync(
            () => ann.Stream(MovingProbe.Name, room).Got.Select(static got => got.Text).ToHashSet().IsSupersetOf(["""{"text":"late"}""", """{"text":"tick 20"}"""]), Limit, "time goes on");
        var got = ann.Stream(MovingProbe.Name, room).Got;
        Assert.That(got.Select(static one => one.Number), Is.EqualTo(Enumerable.Range(1, got.Length).Select(static number => (uint)number)));
        Assert.That(ann.Stream(MovingProbe.Name, room).IsClosed, Is.False);
    }

    private bool IsOn(int silo, string room) => _cluster.Get<RoomTable>(silo).List(null, new RoomFilter(), RoomLimits.MaxListed).Rooms.Any(open => open.Room == room);

    private async Task<string> CreateAsync()
    {
        var room = Guid.NewGuid().ToString("N");
        Assert.That((await _cluster.Get<IRooms>().CreateAsync(Service, room)).Value?.IsNew, Is.True);
        return room;
    }

    private async Task<TestClient> JoinAsync(string room, int gateway, string? player = null)
    {
        var client = _cluster.Connect(gateway, player);
        await JoinAsync(client, room);
        return client;
    }

    private static Task<string> JoinAsync(TestClient client, string room) =>
        client.AskAsync(DurableLobby.Name, DurableLobby.Join, $$"""{"service":"{{Service}}","room":"{{room}}"}""");

    private async Task<string> StateAsync(string room)
    {
        byte[]? state = null;
        await Wait.UntilAsync(
            async () =>
            {
                try
                {
                    state = await _cluster.Room(Service, room).GetStateAsync();
                    return true;
                }
                catch (OrleansException)
                {
                    return false;
                }
            },
            Limit,
            "the room's state");
        return Encoding.UTF8.GetString(state!);
    }

    private ValueTask ReactivateAsync(string room) => _cluster.Room(Service, room).AsReference<IGrainManagementExtension>().DeactivateOnIdle();

    /// <summary>Anything that can happen to a room, and what each member must have got.</summary>
    private sealed class Run(DurableRoomTests tests, string room)
    {
        private readonly TestClient?[] _clients = new TestClient?[4];
        private readonly bool[] _isAway = new bool[4];
        private readonly List<string> _said = [];
        private uint _number;

        private GrainId Stream { get; } = GrainId.Create("service." + Service, room);

        public async Task TakeAsync(Step step, int who)
        {
            var client = _clients[who];
            switch (step)
            {
                case Step.Join when client is null || !_isAway[who]:
                    client ??= tests._cluster.Connect(who % 2, who < 2 ? $"player {who}" : null);
                    if ((await JoinAsync(client, room)).StartsWith("""{"member""", StringComparison.Ordinal))
                    {
                        _clients[who] = client;
                    }

                    break;
                case Step.Reactivate:
                    await CheckAsync();
                    break;
                case Step.Publish:
                    await tests._cluster.Room(Service, room).PublishAsync(DurableProbe.Said, "{}"u8.ToArray(), null);
                    break;
                case Step.Disconnect when client is not null && !_isAway[who]:
                    _isAway[who] = true;
                    await client.DisconnectAsync(Stream);
                    break;
                case Step.Reconnect when client is not null && _isAway[who]:
                    _isAway[who] = false;
                    Assert.That((await client.ReconnectAsync(Stream, who % 2, client.Stream(Service, room).Last)).Status, Is.EqualTo(StreamResumeStatus.Resumed));
                    break;
                case Step.End when client is not null:
                    client.Vanish();
                    await client.EndAsync(Stream);
                    (_clients[who], _isAway[who]) = (null, false);
                    break;
                case Step.Leave when client is not null && !_isAway[who]:
                    await client.AskAsync(Service, DurableProbe.Leave);
                    _clients[who] = null;
                    break;
                default:
                    if (client is not null && !_isAway[who])
                    {
                        await SayAsync(step, client);
                    }

                    break;
            }
        }

        /// <summary>Another life of the room knows all that this one did, and members have all they should.</summary>
        public async Task CheckAsync()
        {
            string before, after;
            int version;
            do
            {
                // Steps and timers change the room by themselves: what is compared must be of one version.
                version = tests._journal.EntriesOf(Service, room).Length;
                before = await tests.StateAsync(room);
                await tests.ReactivateAsync(room);
                after = await tests.StateAsync(room);
            }
            while (tests._journal.EntriesOf(Service, room).Length != version);
            Assert.That(after, Is.EqualTo(before));
            Assert.That(_said.Select(text => after.Split(text).Length - 1), Is.All.EqualTo(1), "each was done once");
            for (var who = 0; who < _clients.Length; who++)
            {
                if (_clients[who] is { } client && !_isAway[who])
                {
                    var stream = client.Stream(Service, room);
                    Assert.That((await client.ResumeAsync(Stream, stream.Last)).Status, Is.EqualTo(StreamResumeStatus.Resumed));
                    var numbers = stream.Got.Select(static got => got.Number).Distinct().ToArray();
                    Assert.That(numbers, Is.EqualTo(Enumerable.Range(1, numbers.Length).Select(static number => (uint)number)));
                }
            }
        }

        private async Task SayAsync(Step step, TestClient client)
        {
            var text = $"say {++_number};";
            var body = JsonSerializer.Serialize(new { text });
            switch (step)
            {
                case Step.Say or Step.LoseWritten or Step.LoseUnwritten or Step.Refuse:
                    if (step != Step.Say)
                    {
                        tests._journal.Fail(room, step == Step.Refuse ? AppendOutcome.Unavailable : AppendOutcome.Unknown, isWritten: step == Step.LoseWritten);
                    }

                    _said.Add(text);
                    await client.AskAsync(Service, DurableProbe.Say, body, _number);
                    var reply = await client.AskAsync(Service, DurableProbe.Say, body, _number);
                    Assert.That(reply, Does.StartWith("""{"text":"""));
                    Assert.That(await client.AskAsync(Service, DurableProbe.Say, body, _number), Is.EqualTo(reply));
                    break;
                case Step.Whisper:
                    await client.AskAsync(Service, DurableProbe.Whisper, body);
                    break;
                case Step.Fail:
                    Assert.That(await client.AskAsync(Service, DurableProbe.Fail, "{}", _number), Does.Contain("500"));
                    break;
                case Step.Lock:
                    await client.AskAsync(Service, DurableProbe.Lock);
                    break;
                case Step.Ticks:
                    await client.AskAsync(Service, DurableProbe.StartTicks);
                    break;
                case Step.Timers:
                    await client.AskAsync(Service, DurableProbe.StartTimers);
                    break;
            }
        }
    }
}
