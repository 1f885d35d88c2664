using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using GameCluster.Games.Echo;
using GameCluster.Hosting;
using GameCluster.Placement;
using GameCluster.Push;
using GameCluster.Services;
using GameCluster.Sessions;
using GameCluster.Tests.Services;
using GameCluster.Watch;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.TestingHost;

namespace GameCluster.Tests.Games;

/// <summary>Services as grains, in a cluster of two silos of different roles.</summary>
public sealed class GameClusterTests
{
    private static readonly string[][] Roles = [["route", "csmj", "echo", "shared"], ["service", "echo", "shared"]];
    private readonly ConcurrentDictionary<string, string[]> _rolesOf = new();
    private InProcessTestCluster _cluster = null!;

    private InProcessSiloHandle First => SiloWith(Roles[0]);

    private InProcessSiloHandle Second => SiloWith(Roles[1]);

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var started = -1;
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((options, silo) =>
        {
            _rolesOf[options.SiloName] = Roles[Interlocked.Increment(ref started)];
            silo.AddServicePlacement().UseSiloRoles(_rolesOf[options.SiloName]).AddServiceHosting();
            silo.Services.Configure<WatchOptions>(static watch => watch.AccountFolder = "");
            silo.Services.AddSingleton<GatewayNodeClient>().AddSingleton(TimeProvider.System);
            silo.Services.AddGameServices(typeof(EchoService).Assembly).AddSingleton(ServiceCatalog.BuildFrom(
                [.. typeof(EchoService).Assembly.GetTypes(), typeof(SharedService), typeof(HomelessService)]));
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        await WaitForRolesAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [Test]
    public async Task Handle_RecordedRequests_GiveTheRecordedBytes()
    {
        foreach (var (service, id, request, response) in RecordedFrames.Exchanges)
        {
            var reply = await SendAsync(First, service, NewKey(), (id, RecordedFrames.BodyOf(request)));

            Assert.That(Convert.ToHexString(reply.Frames.Single().Body), Is.EqualTo(Convert.ToHexString(RecordedFrames.BodyOf(response))), $"message {id}");
        }
    }

    [Test]
    public async Task LogIn_ByName_IsAnEffectOnTheSession()
    {
        var reply = await SendAsync(First, "route", NewKey(), (1000, Encoding.UTF8.GetBytes("""{"name":"jamon","passwd":"test"}""")));

        Assert.That(reply.Effects!.Player, Is.EqualTo("jamon"));
    }

    [TestCase("")]
    [TestCase("a name of more than the hundred and twenty-eight characters that a grain's key may have, which nobody needs, but somebody will send one day")]
    public async Task LogIn_UnfitName_IsRefused(string name)
    {
        var reply = await SendAsync(First, "route", NewKey(), (1000, JsonSerializer.SerializeToUtf8Bytes(new { name })));

        Assert.That(reply.Frames.Single().Text(), Does.StartWith("{\"code\":400,"));
        Assert.That(reply.Effects, Is.Null);
    }

    [Test]
    public async Task Handle_Roll_KeepsATotalPerSessionUntilItEnds()
    {
        var (one, other) = (NewKey(), NewKey());
        var first = await RollAsync(one);
        var second = await RollAsync(one);
        var apart = await RollAsync(other);

        Assert.That(second.Total, Is.EqualTo(first.Won + second.Won));
        Assert.That(apart.Total, Is.EqualTo(apart.Won));
        Assert.That(await GetRoundsAsync(one), Is.EqualTo(2));

        var gone = _cluster.WaitForDeactivationAsync(IdOf("csmj", one));
        await SendAsync(First, "csmj", one, (WellKnownMessages.Offline, "{\"message_id\":999}"u8.ToArray()));
        await gone.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(await GetRoundsAsync(one), Is.Zero, "the grain of an ended session is gone");
    }

    [Test]
    public async Task Handle_Echo_SendsTheSameBytesBack()
    {
        byte[] body = [0, 1, 0xff];
        Assert.That((await SendAsync(Second, "echo", NewKey(), (40000, body))).Frames.Single().Body, Is.EqualTo(body));
    }

    [Test]
    public async Task Place_RoleOfOneSilo_GoesThereFromEverywhere()
    {
        Assert.That(await PlaceAsync(Second, "route", 1000), Is.All.EqualTo(First.SiloAddress));
        Assert.That(await PlaceAsync(First, "service", 10000), Is.All.EqualTo(Second.SiloAddress));
    }

    [Test]
    public async Task Place_SessionServiceOfBothSilos_StaysWithTheCaller()
    {
        Assert.That(await PlaceAsync(First, "echo", 40000), Is.All.EqualTo(First.SiloAddress));
        Assert.That(await PlaceAsync(Second, "echo", 40000), Is.All.EqualTo(Second.SiloAddress));
    }

    [Test]
    public async Task Place_RoomServiceOfBothSilos_Spreads() =>
        Assert.That((await PlaceAsync(First, "tests.shared", 90001)).Distinct().Count(), Is.EqualTo(2));

    [Test]
    public void Place_RoleThatNobodyCarries_NamesServiceAndRole() => Assert.That(
        async () => await SendAsync(First, "tests.homeless", "k", (90002, [])),
        Throws.Exception.With.Message.Contains("'tests.homeless'").And.Message.Contains("'nowhere'"));

    [Test]
    public void Place_TypeThatNobodyHas_SaysSo() => Assert.That(
        async () => await SendAsync(First, "unheard-of", "k", (1, [])),
        Throws.Exception.With.Message.Contains("service.unheard-of"));

    private InProcessSiloHandle SiloWith(string[] roles) => _cluster.Silos.Single(silo => _rolesOf[silo.Name] == roles);

    private static string NewKey() => SessionId.Create().ToString();

    private static GrainId IdOf(string service, string key) => GrainId.Create("service." + service, key);

    private IServiceGrain Grain(InProcessSiloHandle caller, string service, string key) =>
        _cluster.GetSiloServiceProvider(caller.SiloAddress).GetRequiredService<IGrainFactory>().GetGrain<IServiceGrain>(IdOf(service, key));

    private async Task<LaneReply> SendAsync(InProcessSiloHandle caller, string service, string key, params (int Id, byte[] Body)[] frames) =>
        await Grain(caller, service, key).HandleAsync(
            new LaneCall(SessionId.TryParse(key, out var session) ? session : SessionId.Create(), null, null, [.. frames.Select(frame => new InboundFrame(frame.Id, frame.Body))]));

    private async Task<SiloAddress[]> PlaceAsync(InProcessSiloHandle caller, string service, int messageId)
    {
        var calls = Enumerable.Range(0, 40).Select(_ => SendAsync(caller, service, NewKey(), (messageId, "{}"u8.ToArray())));
        return [.. (await Task.WhenAll(calls)).Select(reply => reply.Silo)];
    }

    private async Task<(int Won, int Total)> RollAsync(string key)
    {
        var reply = await SendAsync(First, "csmj", key, (30000, "{}"u8.ToArray()));
        var answer = JsonElement.Parse(reply.Frames.Single(frame => frame.Kind == FrameKind.Reply).Body);
        return (answer.GetProperty("won").GetInt32(), answer.GetProperty("total").GetInt32());
    }

    private async Task<int> GetRoundsAsync(string key)
    {
        var reply = await Grain(First, "csmj", key).HandleHttpAsync(new HttpCall("GET", "/csmj/score", [], []));
        return JsonElement.Parse(reply.Body).GetProperty("rounds").GetInt32();
    }

    /// <summary>Each silo asks the others for their roles after they have joined; nothing tells when it has the answer.</summary>
    private async Task WaitForRolesAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!_cluster.Silos.All(silo => _cluster.Silos.All(other => KnowsRolesOf(silo, other))))
        {
            Assert.That(limit.IsCancellationRequested, Is.False, "every silo should know every silo's roles within 30 s");
            await timer.WaitForNextTickAsync();
        }
    }

    private bool KnowsRolesOf(InProcessSiloHandle silo, InProcessSiloHandle other) => _cluster.GetSiloServiceProvider(silo.SiloAddress)
        .GetRequiredService<ISiloMetadataCache>().GetSiloMetadata(other.SiloAddress).Metadata.ContainsKey(ServiceRole.MetadataKey);
}

[Service("tests.shared", Role = "shared", Key = ServiceKey.Room)]
internal sealed class SharedService : ServiceGrain
{
    [Handles(90001)]
    public void Touch()
    {
    }
}

[Service("tests.homeless", Role = "nowhere")]
internal sealed class HomelessService : ServiceGrain
{
    [Handles(90002)]
    public void Touch()
    {
    }
}
