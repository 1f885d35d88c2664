using System.Net;
using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using GameCluster.Gateway.Hosting;
using GameCluster.Gateway.Protocol;
using GameCluster.Gateway.Sessions;
using GameCluster.Services;
using GameCluster.Sessions;
using GameCluster.Silo.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace GameCluster.Benchmarks;

/// <summary>
/// What the way from a frame to its grain and back costs in one process, without the socket: a client's frames through its session's lane to the echo service, against plain Orleans
/// calls to the same grain.
/// </summary>
[MemoryDiagnoser]
public class LaneBenchmarks
{
    private const int Echo = 40000;

    private readonly byte[] _body = new byte[28];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gamecluster-benchmark-");
    private readonly CountingClient _client = new();
    private WebApplication _app = null!;
    private Session _session = null!;
    private IServiceGrain _grain = null!;
    private LaneCall _call = null!;

    /// <summary>How many frames a client has under way.</summary>
    [Params(1, 16)]
    public int Frames { get; set; }

    /// <summary>Starts the one-process server, and a session in it.</summary>
    [GlobalSetup]
    public async Task SetupAsync()
    {
        var builder = NodeHost.CreateBuilder(
        [
            $"--GameCluster:Storage:DataFolder={_folder.FullName}",
            $"--GameCluster:Gateway:Port={FreePort()}",
            $"--GameCluster:Admin:Port={FreePort()}",
            $"--GameCluster:Node:SiloPort={FreePort()}",
        ]);
        builder.AddGameSilo();
        _app = builder.Build();
        _app.UseGameSilo();
        await _app.MigrateStorageAsync(CancellationToken.None);
        await _app.StartAsync();
        var state = _app.Services.GetRequiredService<GatewayState>();
        while (!state.IsServing)
        {
            await Task.Yield();
        }

        var context = _app.Services.GetRequiredService<SessionContext>();
        _session = new Session(SessionId.Create(), _client, context);
        context.Sessions.Add(_session);
        await ThroughLaneAsync();
        _grain = context.Grains.At<IServiceGrain>(GrainId.Create("service.echo", _session.Id.ToString()));
        _call = new LaneCall(_session.Id, null, null, [new InboundFrame(Echo, _body)]);
    }

    /// <summary>Stops it.</summary>
    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>One call awaited after the other: what order costs without lanes.</summary>
    [Benchmark(Description = "plain calls, one after another", Baseline = true)]
    public async Task CallsAsync()
    {
        for (var i = 0; i < Frames; i++)
        {
            await _grain.HandleAsync(_call);
        }
    }

    /// <summary>The frames at once, into the lane.</summary>
    [Benchmark(Description = "through the lane")]
    public Task ThroughLaneAsync()
    {
        var answered = _client.Expect(Frames);
        for (var i = 0; i < Frames; i++)
        {
            _session.Receive(new Frame(Echo, 0, _body));
        }

        _session.Flush();
        return answered;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>In the socket's place.</summary>
    private sealed class CountingClient : IClientConnection
    {
        private TaskCompletionSource _answered = new();
        private int _missing;

        public string RemoteAddress => "benchmark";

        public int QueuedBytes => 0;

        public long FramesOut { get; private set; }

        public Task Expect(int frames)
        {
            _missing = frames;
            _answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _answered.Task;
        }

        public SendResult Send(int messageId, byte[] body)
        {
            FramesOut++;
            if (Interlocked.Decrement(ref _missing) == 0)
            {
                _answered.TrySetResult();
            }

            return SendResult.Queued;
        }

        public SendResult Send(in OutgoingFrame frame) => Send(frame.MessageId, frame.Body);

        public void Cork()
        {
        }

        public void Uncork()
        {
        }

        public void Close(CloseCode code, string reason) => _answered.TrySetException(new InvalidOperationException($"closed {code}: {reason}"));
    }
}
