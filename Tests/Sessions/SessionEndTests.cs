using GameCluster.Push;
using GameCluster.Sessions;
using GameCluster.Tests.Rooms;
using Microsoft.Extensions.Options;

namespace GameCluster.Tests.Sessions;

/// <summary>Sessions' and players' grains on a real cluster, with a gateway that can be made to lose or forget a session.</summary>
internal sealed class SessionEndTests
{
    private const string Reason = "enough";

    private static readonly byte[] Token = [1, 2, 3];

    private RoomCluster _cluster;
    private SessionId _session;

    private ISessionGrain Session => SessionOf(_session);

    private GatewayRecords Gateway => _cluster.Get<GatewayRecords>();

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _cluster = await RoomCluster.StartAsync(2, typeof(ProbeRoom));
        for (var silo = 0; silo < 2; silo++)
        {
            _cluster.Get<IOptions<SessionOptions>>(silo).Value.SecondLogin = SecondLogin.Refuse;
        }
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [SetUp]
    public async Task AttachAsync()
    {
        _session = await BeginAsync();
        Gateway.OnKick = static () => { };
    }

    [Test]
    public async Task Kick_OfASessionThatItsGatewayCarries_IsItsGatewaysBusiness()
    {
        Gateway.Carry(_session);

        Assert.That(await Session.KickAsync(Reason), Is.True);

        Assert.That((await ResumeAsync()).Status, Is.EqualTo(SessionResumeStatus.Resumed), "its gateway ends it when its client has read why");
    }

    [Test]
    public async Task Kick_InTheMomentBeforeItsGatewaySaysThatTheClientIsAway_EndsTheSession()
    {
        Assert.That(await Session.KickAsync(Reason), Is.True);

        Assert.That((await ResumeAsync()).Status, Is.EqualTo(SessionResumeStatus.Unknown));
        Assert.That(await Session.AwayAsync(1), Is.True, "what its gateway says then is of no interest any more");
        Assert.That(await Session.IsThereAsync(), Is.False);
    }

    [Test]
    public async Task Kick_WhileTheGatewayDoesNotAnswer_EndsTheSessionAndTellsTheGatewayLater()
    {
        var failures = 2;
        Gateway.Carry(_session);
        Gateway.OnKick = () =>
        {
            if (Interlocked.Decrement(ref failures) >= 0)
            {
                throw new TimeoutException("The test wants it so.");
            }
        };

        Assert.That(await Session.KickAsync(Reason), Is.True);

        Assert.That((await ResumeAsync()).Status, Is.EqualTo(SessionResumeStatus.Unknown));
        await UntilAsync(() => Task.FromResult(!Gateway.Carries(_session)), "the gateway to hear of it");
    }

    [Test]
    public async Task End_OfASessionThatTheGrainDoesNotKnow_IsAnErrorUntilItIsAttached()
    {
        var unknown = SessionId.Create();

        Assert.That(async () => await SessionOf(unknown).EndAsync(1, told: true), Throws.InstanceOf<OrleansException>());
        await AttachAsync(unknown);
        await SessionOf(unknown).EndAsync(1, told: true);

        Assert.That(await SessionOf(unknown).IsThereAsync(), Is.False);
    }

    [Test]
    public async Task EnterPlayer_WhoseEarlierSessionHasGoneWithoutAWord_IsNotRefused()
    {
        var player = _cluster.Get<IGrainFactory>().GetGrain<IPlayerGrain>($"{Guid.NewGuid():N}");
        var (gone, next) = (SessionId.Create(), await BeginAsync());
        await player.EnterAsync(gone, judged: false);
        await player.EnterAsync(_session, judged: false);

        Assert.That(await player.EnterAsync(next, judged: true), Is.False, "one of them is still there");
        Assert.That(await player.GetSessionsAsync(), Is.EqualTo(new[] { _session }));
        await Session.EndAsync(1, told: true);
        Assert.That(await player.EnterAsync(next, judged: true), Is.True);
    }

    [Test]
    public async Task Kill_TheSiloOfThePlayersGrain_ItsSessionsAreKnownAgainWhenTheirGatewaysOrClientsCome([Values] bool isAway)
    {
        await using var cluster = await RoomCluster.StartAsync(3, typeof(ProbeRoom));
        var (id, name) = (SessionId.Create(), $"{Guid.NewGuid():N}");
        var attachment = new SessionAttachment { Gateway = cluster.Silos[1].SiloAddress, Epoch = 1, Record = new SessionRecord { Player = name }, TokenHash = Token };

        // Each grain is placed where it is called first.
        var (session, player) = (cluster.Get<IGrainFactory>(0).GetGrain<ISessionGrain>(id.Value), cluster.Get<IGrainFactory>(0).GetGrain<IPlayerGrain>(name));
        await cluster.Get<IGrainFactory>(2).GetGrain<IPlayerGrain>(name).EnterAsync(id, judged: false);
        await session.AttachAsync(attachment);
        if (isAway)
        {
            await session.AwayAsync(1);
        }

        await cluster.KillAsync(cluster.Silos[2]);

        await UntilAsync(async () => (await player.GetSessionsAsync()).Length == 0, "the player's grain to have lost its memory");
        if (isAway)
        {
            await session.ResumeAsync(new SessionTakeover(cluster.Silos[0].SiloAddress, Token, [4]));
        }
        else
        {
            await session.AttachAsync(attachment);
        }

        await UntilAsync(async () => (await player.GetSessionsAsync()).SequenceEqual([id]), "the player to have its session");
    }

    /// <summary>While a silo's death is not known yet, calls fail.</summary>
    private static Task UntilAsync(Func<Task<bool>> condition, string what) => Wait.UntilAsync(
        async () =>
        {
            try
            {
                return await condition();
            }
            catch (OrleansException)
            {
                return false;
            }
        },
        TimeSpan.FromSeconds(20),
        what);

    private ISessionGrain SessionOf(SessionId session) => _cluster.Get<IGrainFactory>().GetGrain<ISessionGrain>(session.Value);

    private async Task<SessionId> BeginAsync()
    {
        var session = SessionId.Create();
        await AttachAsync(session);
        return session;
    }

    private async Task AttachAsync(SessionId session) => Assert.That(
        await SessionOf(session).AttachAsync(new SessionAttachment { Gateway = _cluster.Silos[0].SiloAddress, Epoch = 1, Record = new SessionRecord(), TokenHash = Token }), Is.True);

    private async Task<SessionResumption> ResumeAsync() => await Session.ResumeAsync(new SessionTakeover(_cluster.Silos[1].SiloAddress, Token, [4]));
}
