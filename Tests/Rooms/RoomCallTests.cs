using System.Text;
using GameCluster.Rooms;
using GameCluster.Rooms.Journal;
using GameCluster.Services;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Rooms;

/// <summary>Calls of lobbies to rooms whose journal or silo fails on the way: made again where that can help, and done once.</summary>
internal sealed class RoomCallTests
{
    private const string Service = DurableProbe.Name;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly MemoryJournal _journal = new();
    private RoomCluster _cluster;
    private string _room;

    private IRooms Rooms => _cluster.Get<IRooms>();

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = await RoomCluster.StartAsync(3, _journal, 20, typeof(DurableProbe), typeof(ProbeRoom), typeof(DurableLobby));
        _room = Guid.NewGuid().ToString("N");
    }

    [TearDown]
    public async Task StopAsync()
    {
        _journal.IsAway = false;
        await _cluster.DisposeAsync();
    }

    [Test]
    public async Task Create_OutcomeUnknown_OpensOneRoomAndSaysThatItIsNew([Values] bool isWritten)
    {
        _journal.Fail(_room, AppendOutcome.Unknown, isWritten);

        Assert.That((await Rooms.CreateAsync(Service, _room)).Value, Is.EqualTo(new RoomCreated(_room, IsNew: true)));
        Assert.That((await Rooms.CreateAsync(Service, _room)).Value, Is.EqualTo(new RoomCreated(_room, IsNew: false)), "somebody else's call");
        Assert.That(Count(await StateAsync(), "created"), Is.EqualTo(1));
    }

    [Test]
    public async Task JoinAndLeave_OutcomeUnknown_AreDoneOnce([Values] bool isWritten)
    {
        await Rooms.CreateAsync(Service, _room);
        var ann = _cluster.Connect();

        _journal.Fail(_room, AppendOutcome.Unknown, isWritten);
        Assert.That(await AskAsync(ann, DurableLobby.Join), Does.StartWith("""{"member":1"""));
        _journal.Fail(_room, AppendOutcome.Unknown, isWritten);
        Assert.That(await AskAsync(ann, DurableLobby.Leave), Is.EqualTo($$"""{"text":"{{!isWritten}}"}"""), "whether this call found a member");

        var state = await StateAsync();
        Assert.That((Count(state, "joined 1"), Count(state, "left 1"), Count(state, "joined")), Is.EqualTo((1, 1, 1)));
    }

    [Test]
    public async Task Join_JournalRefuses_IsRefusedAtOnceAndNotMadeAgain()
    {
        await Rooms.CreateAsync(Service, _room);
        _journal.Fail(_room, AppendOutcome.Unavailable);

        Assert.That(await AskAsync(_cluster.Connect(), DurableLobby.Join), Does.Contain("503"));
        Assert.That(await StateAsync(), Does.Not.Contain("joined"));
    }

    [Test]
    public async Task Join_OutcomeUnknownAndJournalAwayAfterwards_IsStillUnknown()
    {
        await Rooms.CreateAsync(Service, _room);
        _journal.Fail(_room, AppendOutcome.Unknown, isWritten: true);
        _journal.IsAway = true;

        Assert.That(await AskAsync(_cluster.Connect(), DurableLobby.Join), Does.Contain("504"), "503 would say that it was not done");
    }

    [Test]
    public async Task Kill_SiloWithRooms_CallsGoToWhereTheyGoOn()
    {
        for (var i = 0; i < 30; i++)
        {
            await Rooms.CreateAsync(Service, $"{_room} {i}");
            await Rooms.CreateAsync(ProbeRoom.Name, $"{_room} {i}");
        }

        var lost = _cluster.Get<RoomTable>(2).List(null, new RoomFilter(), 1000).Rooms.ToLookup(static room => room.Service, static room => room.Room);
        Assert.That((lost[Service].Count(), lost[ProbeRoom.Name].Count()), Is.Not.EqualTo((0, 0)));
        var clients = lost[Service].ToDictionary(static room => room, _ => _cluster.Connect());
        await Task.WhenAll(clients.Values.Select(client => client.AskAsync(DurableLobby.Name, DurableLobby.Leave, $$"""{"service":"{{Service}}","room":"{{_room}} 0"}""")));
        var killing = _cluster.KillAsync(_cluster.Silos[2]);

        var joined = await Task.WhenAll(clients.Select(client => client.Value.AskAsync(
            DurableLobby.Name, DurableLobby.Join, $$"""{"service":"{{Service}}","room":"{{client.Key}}"}""")));
        var created = await Task.WhenAll(lost[ProbeRoom.Name].Select(async room => await Rooms.CreateAsync(ProbeRoom.Name, room)));
        await killing;

        Assert.That(joined, Is.All.StartWith("""{"member":1,"""), () => InputsOf(clients.Keys));
        Assert.That(created.Select(static room => room.Error), Is.All.Null);
    }

    /// <summary>What has happened to rooms.</summary>
    private string InputsOf(IEnumerable<string> rooms) => string.Join('\n', rooms.Select(room =>
        $"{room}: {string.Join(' ', _journal.EntriesOf(Service, room).Select(static entry => $"{entry.Version} {Encoding.UTF8.GetString(entry.Body.Span)}"))}"));

    private Task<string> AskAsync(TestClient client, int message) =>
        client.AskAsync(DurableLobby.Name, message, $$"""{"service":"{{Service}}","room":"{{_room}}"}""");

    private async Task<string> StateAsync()
    {
        byte[]? state = null;
        await Wait.UntilAsync(async () => (state = await _cluster.Room(Service, _room).GetStateAsync()) is not null, Limit, "the room's state");
        return Encoding.UTF8.GetString(state!);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
