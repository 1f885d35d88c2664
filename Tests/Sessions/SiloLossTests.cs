using System.Collections.Immutable;
using System.Text.Json;
using System.Threading.Channels;
using GameCluster.Games.Board;
using GameCluster.Gateway.Sessions;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Sessions;

/// <summary>What a gateway does about its sessions when silos leave while a room answers nobody, as one that cannot be opened. Whole clusters lose silos in the cluster's tests.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SiloLossTests
{
    private const string FindMissing = "IStreamGrain.FindMissingAsync";
    private const string Attach = "ISessionGrain.AttachAsync";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly CallFaults _faults = new();
    private OpenServer _server;
    private SessionSocket _socket;

    [SetUp]
    public async Task StartAsync()
    {
        _server = await OpenServer.StartAsync(_faults);
        _socket = await SessionSocket.ConnectAsync(_server.ClientUri);
        var created = await _socket.RequestAsync(BoardMessages.Create);
        await _socket.RequestAsync(BoardMessages.Join, JsonSerializer.Serialize(new { room = created["room"].GetString() }));
        await Wait.UntilAsync(() => _server.Get<SessionTable>().All.Any(static session => session.OpenStreams.Length > 0), Limit, "the room's stream to flow");
        _faults.Before(FindMissing, static () => Task.FromException(new OrleansException("The room cannot be opened.")));
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _socket.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task Verify_RoomNeverAnswers_EndsWithTheSessionsThatFollowIt()
    {
        var verifying = _server.Get<StreamVerifier>().VerifyAsync(CancellationToken.None);
        await Wait.UntilAsync(() => _faults.CountOf(FindMissing) > 1, Limit, "the room to be asked again");

        await _socket.CloseAsync();

        await verifying.WaitAsync(Limit);
    }

    [Test]
    public async Task Loss_WhileARoomNeverAnswers_EntersSessionsAgainEachTime()
    {
        var members = new Members(_server.Get<ILocalSiloDetails>().SiloAddress);
        using var watcher = new SiloWatcher(members, _server.Get<IngressLinks>(), _server.Get<SessionTable>(), _server.Get<StreamVerifier>());
        await watcher.StartAsync(CancellationToken.None);
        for (var silo = 1; silo <= 3; silo++)
        {
            var entered = _faults.CountOf(Attach);
            members.Lose(silo);
            await Wait.UntilAsync(() => _faults.CountOf(Attach) > entered, Limit, $"the session to be entered again after loss {silo}");
        }

        Assert.That(_faults.CountOf(FindMissing), Is.AtLeast(1));
        await watcher.StopAsync(CancellationToken.None);
    }

    /// <summary>A cluster in which silos die as the test says.</summary>
    private sealed class Members(SiloAddress self) : IClusterMembershipService
    {
        private readonly Channel<ClusterMembershipSnapshot> _updates = Channel.CreateUnbounded<ClusterMembershipSnapshot>();

        public ClusterMembershipSnapshot CurrentSnapshot { get; private set; } = new(
            ImmutableDictionary<SiloAddress, ClusterMember>.Empty.Add(self, new ClusterMember(self, SiloStatus.Active, "self")), new MembershipVersion(1));

        public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => _updates.Reader.ReadAllAsync();

        public void Lose(int number)
        {
            var silo = SiloAddress.New(System.Net.IPAddress.Loopback, 1, number);
            CurrentSnapshot = new ClusterMembershipSnapshot(CurrentSnapshot.Members.Add(silo, new ClusterMember(silo, SiloStatus.Dead, "lost")), new MembershipVersion(number + 1));
            _updates.Writer.TryWrite(CurrentSnapshot);
        }

        public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) => default;

        public Task<bool> TryKill(SiloAddress siloAddress) => throw new NotSupportedException();
    }
}
