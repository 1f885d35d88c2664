using System.Text;
using GameCluster.Hosting;
using GameCluster.Placement;
using GameCluster.Push;
using GameCluster.Rooms;
using GameCluster.Services;
using GameCluster.Sessions;
using GameCluster.Tests.Infrastructure;
using GameCluster.Watch;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Core.Internal;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;
using Orleans.TestingHost;

namespace GameCluster.Tests.Rooms;

/// <summary>Silos that host services and rooms; each can carry clients too.</summary>
internal sealed class RoomCluster : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    private readonly InProcessTestCluster _cluster;
    private RoomCluster(InProcessTestCluster cluster) => _cluster = cluster;

    public IReadOnlyList<InProcessSiloHandle> Silos => [.. _cluster.Silos];

    public static Task<RoomCluster> StartAsync(short silos, params Type[] services) => StartAsync(silos, static _ => { }, services);

    public static Task<RoomCluster> StartAsync(short silos, MemoryJournal journal, int snapshotEvery, params Type[] services) => StartAsync(
        silos,
        silo => silo.Services.Configure<RoomOptions>(options => options.SnapshotEvery = snapshotEvery)
            .AddSingleton(provider => journal.For(provider.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString())),
        services);

    public static async Task<RoomCluster> StartAsync(short silos, Action<ISiloBuilder> configure, params Type[] services)
    {
        var catalog = ServiceCatalog.BuildFrom(services);
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddServicePlacement().UseSiloRoles(catalog.Services.Select(static service => service.Role).Distinct());
            silo.AddServiceHosting().AddGrainService<RecordingGateway>();
            silo.Configure<SiloMessagingOptions>(static messaging => messaging.ResponseTimeout = RequestTimeout);
            silo.Services.AddGameServices(typeof(RoomGrain).Assembly).AddSingleton(catalog)
                .Configure<WatchOptions>(static watch => watch.AccountFolder = "")
                .AddSingleton<GatewayNodeClient>().AddSingleton<GatewayRecords>();
            configure(silo);
        });
        var cluster = new RoomCluster(builder.Build());
        await cluster._cluster.DeployAsync();
        await Wait.UntilAsync(cluster.AllRolesAreKnown, Limit, "every silo knows every silo's roles");
        return cluster;
    }

    public T Get<T>(int silo = 0)
        where T : notnull => _cluster.GetSiloServiceProvider(Silos[silo].SiloAddress).GetRequiredService<T>();

    public IRoomGrain Room(string service, string room) => Get<IGrainFactory>().GetGrain<IRoomGrain>(GrainId.Create("service." + service, room));

    public TestClient Connect(int gateway = 0, string? player = null) => new(this, gateway, player);

    /// <summary>Moves a grain to a silo, and ends when that has it.</summary>
    public async Task MoveAsync(GrainId grain, int silo)
    {
        RequestContext.Set(IPlacementDirector.PlacementHintKey, Silos[silo].SiloAddress);
        await Get<IGrainFactory>().GetGrain<IRoomGrain>(grain).AsReference<IGrainManagementExtension>().MigrateOnIdle();
        RequestContext.Clear();
        await Wait.UntilAsync(
            () => Get<RoomTable>(silo).List(null, new RoomFilter(), RoomLimits.MaxListed).Rooms.Any(room => grain.Key.ToString() == room.Room), Limit, $"{grain} to be on {Silos[silo].Name}");
    }

    public Task StopAsync(InProcessSiloHandle silo) => _cluster.StopSiloAsync(silo);

    public Task KillAsync(InProcessSiloHandle silo) => _cluster.KillSiloAsync(silo);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private bool AllRolesAreKnown() => Silos.All(silo => Silos.All(other => _cluster.GetSiloServiceProvider(silo.SiloAddress)
        .GetRequiredService<ISiloMetadataCache>().GetSiloMetadata(other.SiloAddress).Metadata.ContainsKey(ServiceRole.MetadataKey)));
}

/// <summary>A client with its session, and the part of its gateway that looks after it.</summary>
internal sealed class TestClient
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly RoomCluster _cluster;
    private readonly Dictionary<string, string> _rooms = [];

    public TestClient(RoomCluster cluster, int gateway, string? player)
    {
        (_cluster, Gateway, Player) = (cluster, gateway, player);
        Records.Carry(Session);
    }

    public SessionId Session { get; } = SessionId.Create();

    public string? Player { get; }

    public int Gateway { get; private set; }

    public long Epoch { get; private set; } = 1;

    public List<StreamChange> Streams { get; } = [];

    private GatewayRecords Records => _cluster.Get<GatewayRecords>(Gateway);

    private SiloAddress Address => _cluster.Silos[Gateway].SiloAddress;

    public GatewayRecords.Followed Stream(string service, string room) => Stream(GrainId.Create("service." + service, room));

    public GatewayRecords.Followed Stream(GrainId stream) => Records.Follow(Session, stream);

    /// <summary>Sends a message to a service, as routes would take it, and returns the reply frame's text.</summary>
    public async Task<string> AskAsync(string service, int id, string body = "{}", uint number = 0)
    {
        var key = _rooms.GetValueOrDefault(service, Session.ToString());
        var grain = _cluster.Get<IGrainFactory>(Gateway).GetGrain<IServiceGrain>(GrainId.Create("service." + service, key));
        var reply = await grain.HandleAsync(new LaneCall(Session, Player, _rooms.GetValueOrDefault(service), [new InboundFrame(id, Encoding.UTF8.GetBytes(body), number)]));
        foreach (var (name, room) in reply.Effects?.Rooms ?? [])
        {
            if (room is null)
            {
                _rooms.Remove(name);
            }
            else
            {
                _rooms[name] = room;
            }
        }

        foreach (var change in reply.Effects?.Streams ?? [])
        {
            var isOpen = Streams.FindLast(known => known.Stream == change.Stream)?.Opened ?? false;
            if (change.Opened != isOpen)
            {
                Streams.Add(change);
                await (change.Opened ? FollowAsync(change.Stream) : Task.CompletedTask);
            }
        }

        return reply.Frames.Length == 0 ? "" : Encoding.UTF8.GetString(reply.Frames[^1].Body);
    }

    public ValueTask<StreamResume> ResumeAsync(GrainId stream, uint lastNumber)
    {
        var followed = Records.Follow(Session, stream);
        followed.Last = lastNumber;
        return Grain(stream).ResumeAsync(Session, Address, Epoch, lastNumber);
    }

    /// <summary>Loses the socket.</summary>
    public ValueTask DisconnectAsync(GrainId stream)
    {
        Records.Drop(Session);
        return Grain(stream).AwayAsync(Session, Epoch);
    }

    /// <summary>Comes back on a gateway.</summary>
    public ValueTask<StreamResume> ReconnectAsync(GrainId stream, int gateway, uint lastNumber)
    {
        (Gateway, Epoch) = (gateway, Epoch + 1);
        Records.Carry(Session);
        return ResumeAsync(stream, lastNumber);
    }

    public ValueTask EndAsync(GrainId stream) => Grain(stream).EndAsync(Session, Epoch);

    public void Vanish() => Records.Drop(Session);

    public async Task<(int Id, uint Number, string Text)[]> WaitForAsync(string service, string room, int count)
    {
        var stream = Stream(service, room);
        await Wait.UntilAsync(
            () => stream.Got.Length >= count, Limit, $"{count} messages of {room} for {Session}", () => string.Join('\n', stream.Got.Select(static got => got.ToString())));
        return stream.Got;
    }

    /// <summary>Asks until it is answered, as gateways do: the room's silo may have died since it let the session in.</summary>
    private Task FollowAsync(GrainId stream) => Wait.UntilAsync(
        async () =>
        {
            try
            {
                await ResumeAsync(stream, 0);
                return true;
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException)
            {
                return false;
            }
        },
        Limit,
        $"{stream} to be followed by {Session}");

    private IStreamGrain Grain(GrainId stream) => _cluster.Get<IGrainFactory>(Gateway).GetGrain<IStreamGrain>(stream);
}
