using System.Diagnostics.Metrics;
using System.Net;
using GameCluster.Tests.Infrastructure;
using GameCluster.Watch;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace GameCluster.Tests.Watch;

/// <summary>What the watch makes of what it sees, with a clock of the test's own.</summary>
internal sealed class TurnWatchTests
{
    private static readonly GrainId Grain = GrainId.Create("service.tests", "a");

    private readonly FakeTimeProvider _time = new();
    private ServiceProvider _services = null!;
    private ClusterWatch _cluster = null!;
    private AllocationBook _allocations = null!;
    private TurnWatch _watch = null!;

    [SetUp]
    public void Create()
    {
        _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        _cluster = new ClusterWatch(_time);
        _allocations = new AllocationBook();
        _watch = new TurnWatch(
            _cluster,
            _allocations,
            new TurnMetrics(_services.GetRequiredService<IMeterFactory>()),
            new LocalSilo(),
            _time,
            Options.Create(new WatchOptions()),
            NullLogger<TurnWatch>.Instance);
    }

    [TearDown]
    public void Dispose() => _services.Dispose();

    [Test]
    public void Look_TurnPastItsLimit_IsInQuarantineAndStaysThereWhileItRuns()
    {
        var turn = _watch.Of(Grain, "tests").Begin(7);
        LookAfter(TimeSpan.FromSeconds(9));
        Assert.That(_cluster.HasAny, Is.False);

        LookAfter(TimeSpan.FromSeconds(2));
        Assert.That(_cluster.TryFind(Grain, out var entry), Is.True);
        Assert.That(entry, Is.EqualTo(entry! with { MessageId = 7, Reason = QuarantineReason.Running }));

        // Its time is over, but not the turn.
        LookAfter(TimeSpan.FromMinutes(11));
        Assert.That(_cluster.TryFind(Grain, out _), Is.True);
        turn.End();
        LookAfter(TimeSpan.FromMinutes(11));
        Assert.That(_cluster.TryFind(Grain, out _), Is.False);
    }

    [Test]
    public void Look_TurnThatEndedInTime_IsForgotten()
    {
        var grain = _watch.Of(Grain, "tests");
        for (var i = 0; i < 20; i++)
        {
            var turn = grain.Begin(7);
            LookAfter(TimeSpan.FromSeconds(1.5));
            turn.End();
            _watch.Look();
        }

        Assert.That(_cluster.HasAny, Is.False);
    }

    [Test]
    public async Task Look_WaitPastItsLimit_IsInQuarantineOnceAndUntilItEnds()
    {
        var source = new TaskCompletionSource();
        var waiting = _watch.Of(Grain, "tests").RunAsync(7, () => new ValueTask(source.Task));
        LookAfter(TimeSpan.FromSeconds(59));
        Assert.That(_cluster.HasAny, Is.False);
        LookAfter(TimeSpan.FromSeconds(2));

        // The watch asks the thread pool first, whether the grain only waits.
        QuarantineEntry? entry = null;
        await Wait.UntilAsync(
            () =>
            {
                _watch.Look();
                return _cluster.TryFind(Grain, out entry);
            },
            TimeSpan.FromSeconds(10),
            "the grain to be in quarantine");
        Assert.That(entry!.Reason, Is.EqualTo(QuarantineReason.Waiting));

        source.SetResult();
        await waiting;
        _watch.Look();

        Assert.That(_cluster.TryFind(Grain, out _), Is.False);
    }

    [Test]
    public void Begin_InsideAnother_IsPartOfIt()
    {
        var grain = _watch.Of(Grain, "tests");
        var outer = grain.Begin(7);
        var inner = grain.Begin(0);
        inner.End();
        LookAfter(TimeSpan.FromSeconds(11));

        Assert.That(_cluster.TryFind(Grain, out var entry), Is.True, "the outer one goes on");
        Assert.That(entry!.MessageId, Is.EqualTo(7));
        outer.End();
    }

    [Test]
    public void End_AfterMuchWasAllocated_NamesTheGrain()
    {
        var turn = _watch.Of(Grain, "tests").Begin(7);
        GC.KeepAlive(new byte[4 * 1024 * 1024]);
        turn.End();

        Assert.That(_allocations.Describe(1), Does.StartWith("message 7 of tests 'a' with 4 MiB"));
    }

    [Test]
    public void OnAccused_Grain_IsInQuarantineAndBeginsAnew()
    {
        var grain = _watch.Of(Grain, "tests");
        var ended = 0;
        grain.BeginAnew = () => ended++;
        var turn = grain.Begin(7);
        GC.KeepAlive(new byte[4 * 1024 * 1024]);
        turn.End();

        Assert.That(_allocations.Accuse(0), Is.True);

        Assert.That(_cluster.TryFind(Grain, out var entry), Is.True);
        Assert.That((entry!.MessageId, entry.Reason, ended), Is.EqualTo((7, QuarantineReason.Allocating, 1)));
    }

    [Test]
    public async Task Describe_WhatHasNotEnded_IsNamedAfterWhatHasAllocated()
    {
        var source = new TaskCompletionSource();
        var waiting = _watch.Of(Grain, "tests").RunAsync(8, () => new ValueTask(source.Task));
        End_AfterMuchWasAllocated_NamesTheGrain();

        LookAfter(TimeSpan.FromSeconds(2));

        Assert.That(_allocations.Describe(2), Is.EqualTo("message 7 of tests 'a' with 4 MiB lately; message 8 of tests 'a', which has not ended"));
        source.SetResult();
        await waiting;
    }

    private void LookAfter(TimeSpan time)
    {
        _watch.Look();
        _time.Advance(time);
        _watch.Look();
    }

    private sealed class LocalSilo : ILocalSiloDetails
    {
        public string Name => "silo";

        public string ClusterId => "tests";

        public string DnsHostName => "localhost";

        public SiloAddress SiloAddress { get; } = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1);

        public SiloAddress GatewayAddress => SiloAddress;
    }
}
