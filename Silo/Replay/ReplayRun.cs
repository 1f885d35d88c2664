using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text;
using GameCluster.Gateway.Hosting;
using GameCluster.Hosting;
using GameCluster.Placement;
using GameCluster.Push;
using GameCluster.Rooms;
using GameCluster.Rooms.Journal;
using GameCluster.Services;
using GameCluster.Silo.Hosting;
using GameCluster.Watch;
using Orleans.Configuration;

namespace GameCluster.Silo.Replay;

/// <summary>Does a recording's inputs again, in a silo of its own that nobody else reaches: the room's class runs as it does in a cluster.</summary>
internal static class ReplayRun
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <summary>Ends when all inputs are done. After a failure the silo is left as it is, as it may hold a thread: the process is to end.</summary>
    /// <exception cref="InvalidDataException">They cannot be; the text says why.</exception>
    public static async Task RunAsync(Recording recording, IReadOnlyList<Assembly> loaded, ReplayTrace trace)
    {
        var host = Build(recording, loaded, trace);
        var room = RoomOf(recording, host.Services.GetRequiredService<ServiceCatalog>());
        await host.StartAsync();
        await DoAgainAsync(host.Services, room, trace);
        if (trace.Done < recording.Entries.Count)
        {
            throw new InvalidDataException($"{recording.Room.Service} did {trace.Done} of {recording.Entries.Count} inputs: is its class a DurableRoomGrain?");
        }

        await host.StopAsync();
        host.Dispose();
    }

    private static async Task DoAgainAsync(IServiceProvider services, GrainId room, ReplayTrace trace)
    {
        var (grains, watch) = (services.GetRequiredService<IGrainFactory>(), services.GetRequiredService<ClusterWatch>());
        var done = grains.GetGrain<IRoomGrain>(room).GetStateAsync().AsTask();
        while (await Task.WhenAny(done, Task.Delay(Look)) != done)
        {
            if (watch.TryFind(room, out _))
            {
                throw new InvalidDataException($"Input {Describe(trace.Current)} does not end.");
            }
        }

        try
        {
            await done;
        }
        catch (Exception exception)
        {
            throw new InvalidDataException($"Input {Describe(trace.Current)} cannot be done: {exception.Message}", exception);
        }
    }

    private static string Describe(JournalEntry? entry) => entry is null ? "1" : $"{entry.Version}, {Encoding.UTF8.GetString(entry.Body.Span)},";

    private static GrainId RoomOf(Recording recording, ServiceCatalog catalog) =>
        catalog.Services.FirstOrDefault(service => service.Name == recording.Room.Service) is { } service
            ? GrainId.Create(service.GrainType, recording.Room.Key)
            : throw new InvalidDataException(
                $"There is no service {recording.Room.Service} here. Name its assembly with --services or {NodeOptions.SectionName}:{nameof(NodeOptions.ServiceAssemblies)}. "
                + $"There are: {string.Join(", ", catalog.Services.Select(static known => known.Name).Order(StringComparer.Ordinal))}.");

    private static IHost Build(Recording recording, IReadOnlyList<Assembly> loaded, ReplayTrace trace)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddFilter("GameCluster", LogLevel.Warning).AddFilter("Orleans", LogLevel.Error).AddFilter("Microsoft", LogLevel.Error).AddFilter("Orleans.Runtime.Watchdog", LogLevel.None)
            .AddSimpleConsole(static console => console.SingleLine = true).AddFilter(static level => level >= LogLevel.Warning)
            .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddGameServices([typeof(ServiceGrain).Assembly, .. loaded]);
        var roles = SiloHost.CatalogOf(builder.Services).Services.Select(static service => service.Role).Distinct().ToArray();
        builder.Services.AddSingleton<GatewayNodeClient>();
        builder.Services.AddSingleton<IRoomJournal>(new RecordingJournal(recording)).AddSingleton<IRoomReplay>(trace);
        builder.Services.Configure<WatchOptions>(static watch => watch.AccountFolder = "");
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePort(), gatewayPort: 0);
            silo.Configure<SiloMessagingOptions>(static messaging => messaging.ResponseTimeout = TimeSpan.FromDays(1));
            silo.AddServicePlacement().UseSiloRoles(roles);
            silo.AddServiceHosting();
            silo.AddGeneratedCode(loaded);
        });
        return builder.Build();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
