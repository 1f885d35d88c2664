using System.Security.Cryptography;
using System.Text;
using GameCluster.Push;
using GameCluster.Sessions;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.Rooms;
using Microsoft.Extensions.DependencyInjection;

namespace GameCluster.Tests.Sessions;

/// <summary>A session's grain whose neighbours fail: a player's grain, gateways, calls that were given up. The sockets' side of it is tested with sockets.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SessionGrainTests
{
    private const string EnterPlayer = "IPlayerGrain.EnterAsync";
    private const string GatewayGone = "ISessionGrain.GatewayGoneAsync";

    private static readonly TimeSpan WindowTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly CallFaults _faults = new();
    private readonly SessionId _session = SessionId.Create();
    private readonly string _player = Guid.NewGuid().ToString("N");
    private RoomCluster _cluster;

    private ISessionGrain Grain => _cluster.Get<IGrainFactory>().GetGrain<ISessionGrain>(_session.Value);

    [SetUp]
    public async Task StartAsync() => _cluster = await RoomCluster.StartAsync(
        2,
        silo =>
        {
            silo.AddIncomingGrainCallFilter(_faults);
            silo.Services.Configure<SessionOptions>(static sessions => sessions.WindowTime = WindowTime);
        },
        typeof(ProbeRoom));

    [TearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [Test]
    public async Task Save_PlayersGrainFailsOnce_TheNextSaveLogsIn()
    {
        await AttachAsync(gateway: 0);
        _faults.FailOnce(EnterPlayer);

        Assert.That(async () => await LogInAsync(1), Throws.TypeOf<OrleansException>());
        Assert.That(await SessionsOfPlayerAsync(), Is.Empty);
        Assert.That(await LogInAsync(1), Is.EqualTo(SessionSaveResult.Saved));

        Assert.That(await SessionsOfPlayerAsync(), Is.EqualTo(new[] { _session }), "who is logged in can be reached by name, and is kicked by a second login");
    }

    [Test]
    public async Task Attach_AfterTheLossOfThePlayersSilo_MakesTheSessionThePlayersAgain()
    {
        var elsewhere = _cluster.Get<IGrainFactory>(1).GetGrain<IPlayerGrain>(_player);
        await elsewhere.EnterAsync(SessionId.Create(), judged: false);
        await AttachAsync(gateway: 0);
        await LogInAsync(1);
        Assert.That(await SessionsOfPlayerAsync(), Is.EqualTo(new[] { _session }));

        await _cluster.KillAsync(_cluster.Silos[1]);
        await NobodyIsLoggedInAsync();

        // As gateways do with all their sessions when a silo has gone.
        await Grain.AttachAsync(Attachment(0) with { Record = SessionRecord.Empty with { Player = _player } });
        await Wait.UntilAsync(async () => await SessionsOfPlayerAsync() is [var one] && one == _session, Limit, "the player to have the session again");
    }

    [Test]
    public async Task Resume_WhileALoginIsJudged_GoesOnWithoutIt()
    {
        await AttachAsync(gateway: 0);
        var held = _faults.Hold(EnterPlayer);
        var saving = LogInAsync(1);
        await Wait.UntilAsync(() => _faults.CountOf(EnterPlayer) == 1, Limit, "the player's grain to be asked");

        var resumed = await ResumeAsync(gateway: 1);
        Assert.That((resumed.Status, resumed.Record!.Player), Is.EqualTo((SessionResumeStatus.Resumed, (string?)null)), "it may yet be refused");
        held.SetResult();
        Assert.That(await saving, Is.EqualTo(SessionSaveResult.Stale));

        await Grain.EndAsync(resumed.Epoch, told: true);
        await NobodyIsLoggedInAsync();
    }

    [Test]
    public async Task Kick_GatewayDoesNotCarryTheSessionAnyMore_EndsItAllTheSame()
    {
        await AttachAsync(gateway: 0);

        Assert.That(await Grain.KickAsync("cheated"), Is.True);

        Assert.That((await ResumeAsync(gateway: 1)).Status, Is.Not.EqualTo(SessionResumeStatus.Resumed), "its client was between two connections");
    }

    [Test]
    public async Task Resume_GivenUpByItsGateway_EndsLikeASessionWhoseClientIsAway()
    {
        await AttachAsync(gateway: 0);
        await LogInAsync(1);

        // Nobody asks for the stream: the gateway has not waited for the answer.
        await ResumeAsync(gateway: 1);

        await NobodyIsLoggedInAsync();
    }

    [Test]
    public async Task Resume_ClientStays_GoesOnBeyondTheWindow()
    {
        await AttachAsync(gateway: 0);
        await LogInAsync(1);
        var resumed = await ResumeAsync(gateway: 1);
        await Grain.FlowAsync(resumed.Epoch, 0);

        await Task.Delay(2 * WindowTime + TimeSpan.FromSeconds(1));

        Assert.That(await SessionsOfPlayerAsync(), Is.EqualTo(new[] { _session }));
    }

    [Test]
    public async Task GatewayGone_CouldNotBeToldAtFirst_IsToldAgain()
    {
        await AttachAsync(gateway: 1);
        await LogInAsync(1);
        _faults.FailOnce(GatewayGone);

        await _cluster.KillAsync(_cluster.Silos[1]);

        await NobodyIsLoggedInAsync();
        Assert.That(_faults.CountOf(GatewayGone), Is.AtLeast(2));
    }

    [Test]
    public async Task Push_FailsAtTheNextGatewayWhileTheEarlierOneIsStillTried_ArrivesThere()
    {
        await AttachAsync(gateway: 0);
        var (earlier, next) = (_cluster.Get<GatewayRecords>(0), _cluster.Get<GatewayRecords>(1));
        var (tries, fails) = (0, 1);
        earlier.OnPush = _ => tries++;
        next.OnPush = _ =>
        {
            if (fails-- > 0)
            {
                throw new OrleansException("The test has let this push fail.");
            }
        };
        next.Carry(_session);
        await Grain.PushAsync([new SessionPush(7, "one"u8.ToArray())]);
        await Wait.UntilAsync(() => tries == 3, Limit, "a long pause before the next try");

        var resumed = await ResumeAsync(gateway: 1);
        await Grain.FlowAsync(resumed.Epoch, 0);

        await Wait.UntilAsync(() => !next.Pushed.IsEmpty, Limit, "the push to arrive");
        Assert.That(next.Pushed.Select(static push => (push.Number, Encoding.UTF8.GetString(push.Body))), Is.EqualTo(new[] { (1u, "one") }));
    }

    private static byte[] Token(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name));

    private SessionAttachment Attachment(int gateway) => new() { Gateway = _cluster.Silos[gateway].SiloAddress, Epoch = 1, Record = SessionRecord.Empty, TokenHash = Token("first") };

    private async Task AttachAsync(int gateway) => Assert.That(await Grain.AttachAsync(Attachment(gateway)), Is.True);

    private ValueTask<SessionResumption> ResumeAsync(int gateway) => Grain.ResumeAsync(new SessionTakeover(_cluster.Silos[gateway].SiloAddress, Token("first"), Token("second")));

    private async Task<SessionSaveResult> LogInAsync(long epoch) => await Grain.SaveAsync(epoch, SessionRecord.Empty with { Player = _player });

    private async Task<SessionId[]> SessionsOfPlayerAsync() => await _cluster.Get<IGrainFactory>().GetGrain<IPlayerGrain>(_player).GetSessionsAsync();

    private Task NobodyIsLoggedInAsync() => Wait.UntilAsync(
        async () =>
        {
            try
            {
                return await SessionsOfPlayerAsync() is [];
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException)
            {
                // A silo has just gone.
                return false;
            }
        },
        3 * Limit,
        "the player to have no session");
}
