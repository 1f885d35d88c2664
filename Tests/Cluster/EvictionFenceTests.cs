using System.Net;
using System.Net.Sockets;
using GameCluster.Gateway.Storage;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;

namespace GameCluster.Tests.Cluster;

/// <summary>How long an eviction stays unseen. The clock stands still: what is not over by itself waits for it.</summary>
internal sealed class EvictionFenceTests
{
    private static readonly TimeSpan HoldTime = TimeSpan.FromMilliseconds(750);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private TcpListener _listener;
    private EvictionFence _fence;

    [SetUp]
    public async Task StartAsync()
    {
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        _fence = new EvictionFence(new LocalSilo(), lifetime, _time, NullLogger<EvictionFence>.Instance);
        await _fence.OnReadAsync(Members(Member(Living, SiloStatus.Active)), CancellationToken.None);
    }

    [TearDown]
    public void Stop() => _listener.Dispose();

    private SiloAddress Living => SiloAddress.New((IPEndPoint)_listener.LocalEndpoint, 1);

    [Test]
    public async Task OnRead_OfAMemberThatWasEvicted_WaitsUntilItMustKnow()
    {
        var reading = _fence.OnReadAsync(Members(Member(Living, SiloStatus.Dead, votes: 2)), CancellationToken.None);

        await AcceptAsync();
        Assert.That(reading.IsCompleted, Is.False);
        _time.Advance(HoldTime);
        await reading.WaitAsync(Limit);
    }

    [Test]
    public async Task OnWritten_OfAnEviction_WaitsUntilTheEvictedMustKnow()
    {
        var writing = _fence.OnWrittenAsync(Member(Living, SiloStatus.Dead, votes: 2), CancellationToken.None);

        await AcceptAsync();
        Assert.That(writing.IsCompleted, Is.False);
        _time.Advance(HoldTime);
        await writing.WaitAsync(Limit);
    }

    [Test]
    public async Task OnRead_OfTheSameEvictionAgain_WaitsForNothing()
    {
        var evicted = Members(Member(Living, SiloStatus.Dead, votes: 2));
        var first = _fence.OnReadAsync(evicted, CancellationToken.None);
        await AcceptAsync();
        _time.Advance(HoldTime);
        await first.WaitAsync(Limit);

        await _fence.OnReadAsync(evicted, CancellationToken.None).WaitAsync(Limit);
    }

    [Test]
    public async Task OnRead_OfAnEvictedMemberThatRefusesConnections_WaitsForNothing()
    {
        var address = Living;
        _listener.Stop();

        await _fence.OnReadAsync(Members(Member(address, SiloStatus.Dead, votes: 2)), CancellationToken.None).WaitAsync(Limit);
    }

    [Test]
    public async Task OnRead_OfAMemberThatLeftByItself_WaitsForNothing() =>
        await _fence.OnReadAsync(Members(Member(Living, SiloStatus.Dead, votes: 0)), CancellationToken.None).WaitAsync(Limit);

    [Test]
    public async Task OnWritten_OfAVote_WaitsForNothing() =>
        await _fence.OnWrittenAsync(Member(Living, SiloStatus.Active, votes: 1), CancellationToken.None).WaitAsync(Limit);

    /// <summary>The fence has asked whether somebody listens, so it waits by now.</summary>
    private async Task AcceptAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        using var accepted = await _listener.AcceptSocketAsync(limit.Token);
    }

    private static MembershipTableData Members(MembershipEntry entry) => new(Tuple.Create(entry, "1"), new TableVersion(1, "1"));

    private static MembershipEntry Member(SiloAddress address, SiloStatus status, int votes = 0) => new()
    {
        SiloAddress = address,
        SiloName = "silo-2",
        Status = status,
        SuspectTimes = [.. Enumerable.Range(1, votes).Select(voter => Tuple.Create(SiloAddress.New(IPAddress.Loopback, voter, 1), DateTime.UnixEpoch))],
    };

    private sealed class LocalSilo : ILocalSiloDetails
    {
        public string Name => "silo-1";

        public string ClusterId => "tests";

        public string DnsHostName => "localhost";

        public SiloAddress SiloAddress { get; } = SiloAddress.New(IPAddress.Loopback, 1, 1);

        public SiloAddress GatewayAddress => SiloAddress;
    }
}
