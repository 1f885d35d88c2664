using System.Net;
using GameCluster.Watch;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace GameCluster.Tests.Watch;

/// <summary>What processes learn of each other's findings.</summary>
internal sealed class WatchGrainTests
{
    private static readonly GrainId Grain = GrainId.Create("service.tests", "a");
    private static readonly SiloAddress One = Address(1);
    private static readonly SiloAddress Two = Address(2);

    private FakeTimeProvider _time = null!;
    private Stored _storage = null!;
    private WatchGrain _grain = null!;

    [SetUp]
    public void Create()
    {
        _time = new FakeTimeProvider();
        _storage = new Stored();
        _grain = Activate();
    }

    [Test]
    public async Task Exchange_FoundByOne_IsKnownToAnotherAndAfterTheNextActivation()
    {
        await _grain.ExchangeAsync(Report(One) with { Found = [Entry()] });

        Assert.That((await _grain.ExchangeAsync(Report(Two))).Quarantine, Is.EqualTo(new[] { Entry() }));
        _grain = Activate();
        await _grain.OnActivateAsync(CancellationToken.None);
        Assert.That((await _grain.ExchangeAsync(Report(Two))).Quarantine, Is.EqualTo(new[] { Entry() }));
    }

    [Test]
    public async Task Release_InQuarantine_IsKnownToAll()
    {
        await _grain.ExchangeAsync(Report(One) with { Found = [Entry()] });

        Assert.That(await _grain.ReleaseAsync(Grain), Is.True);
        Assert.That(await _grain.ReleaseAsync(Grain), Is.False);
        Assert.That((await _grain.ExchangeAsync(Report(Two))).Quarantine, Is.Empty);
    }

    [Test]
    public async Task Exchange_TimeIsOverOrTheWaitHasEnded_IsForgotten()
    {
        await _grain.ExchangeAsync(Report(One) with { Found = [Entry(), Entry() with { Grain = GrainId.Create("service.tests", "b") }] });

        Assert.That((await _grain.ExchangeAsync(Report(One) with { Ended = [Grain] })).Quarantine, Has.Length.EqualTo(1));
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.That((await _grain.ExchangeAsync(Report(One))).Quarantine, Is.Empty);
        Assert.That(_storage.State.Quarantine, Is.Empty);
    }

    [Test]
    public async Task Exchange_ProcessesDiedOfTheSameMessage_LeadsToQuarantine()
    {
        var deadly = new TurnMark(Grain, "tests", 7);
        var innocent = new TurnMark(GrainId.Create("service.tests", "b"), "tests", 7);

        var first = await _grain.ExchangeAsync(Report(One) with { AtDeath = [deadly, innocent] });
        var second = await _grain.ExchangeAsync(Report(Two) with { AtDeath = [deadly with { MessageId = 8 }] });
        var third = await _grain.ExchangeAsync(Report(Two) with { AtDeath = [deadly] });

        Assert.That(new[] { first.Quarantine.Length, second.Quarantine.Length }, Is.All.Zero);
        Assert.That(third.Quarantine.Single(), Is.EqualTo(third.Quarantine[0] with { Grain = Grain, Key = "a", MessageId = 7, Reason = QuarantineReason.ProcessDied }));
    }

    [Test]
    public async Task Exchange_DeathsFarApart_DoNotCountTogether()
    {
        var mark = new TurnMark(Grain, "tests", 7);
        await _grain.ExchangeAsync(Report(One) with { AtDeath = [mark] });
        _time.Advance(TimeSpan.FromMinutes(11));

        Assert.That((await _grain.ExchangeAsync(Report(Two) with { AtDeath = [mark] })).Quarantine, Is.Empty);
    }

    [Test]
    public async Task Exchange_ShortOfMemory_IsKnownUntilItIsOverOrNothingIsHeard()
    {
        await _grain.ExchangeAsync(Report(One) with { IsShortOfMemory = true });
        Assert.That((await _grain.ExchangeAsync(Report(Two))).ShortOfMemory, Is.EqualTo(new[] { One }));

        await _grain.ExchangeAsync(Report(One));
        Assert.That((await _grain.ExchangeAsync(Report(Two))).ShortOfMemory, Is.Empty);

        await _grain.ExchangeAsync(Report(One) with { IsShortOfMemory = true });
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.That((await _grain.ExchangeAsync(Report(Two))).ShortOfMemory, Is.Empty, "it has died");
    }

    [Test]
    public async Task Exchange_NothingNew_StoresNothing()
    {
        await _grain.ExchangeAsync(Report(One) with { Found = [Entry()] });
        await _grain.ExchangeAsync(Report(One));
        await _grain.ExchangeAsync(Report(Two) with { IsShortOfMemory = true });

        Assert.That(_storage.Writes, Is.EqualTo(1));
    }

    [Test]
    public async Task Exchange_StorageIsAway_IsInForceAllTheSame()
    {
        _storage.IsAway = true;

        await _grain.ExchangeAsync(Report(One) with { Found = [Entry()] });

        Assert.That((await _grain.ExchangeAsync(Report(Two))).Quarantine, Has.Length.EqualTo(1));
    }

    private static SiloAddress Address(int port) => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, port), 1);

    private static WatchReport Report(SiloAddress silo) => new(silo, $"silo-{silo.Endpoint.Port}", false, [], [], []);

    private QuarantineEntry Entry() =>
        new(Grain, "tests", "a", 7, QuarantineReason.Running, "silo-1", DateTimeOffset.UnixEpoch, _time.Start + TimeSpan.FromMinutes(10));

    private WatchGrain Activate() => new(_storage, _time, Options.Create(new WatchOptions()), NullLogger<WatchGrain>.Instance);

    private sealed class Stored : IPersistentState<WatchState>
    {
        public WatchState State { get; set; } = new();

        public string Etag => "";

        public bool RecordExists => Writes > 0;

        public int Writes { get; private set; }

        public bool IsAway { get; set; }

        public Task ClearStateAsync() => Task.CompletedTask;

        public Task ReadStateAsync() => Task.CompletedTask;

        public Task WriteStateAsync()
        {
            Writes++;
            return IsAway ? Task.FromException(new IOException("the storage is away")) : Task.CompletedTask;
        }
    }
}
