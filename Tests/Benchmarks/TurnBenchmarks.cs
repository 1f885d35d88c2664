using System.Diagnostics.Metrics;
using System.Net;
using BenchmarkDotNet.Attributes;
using GameCluster.Watch;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace GameCluster.Benchmarks;

/// <summary>What it costs to watch one handler that ends at once.</summary>
[MemoryDiagnoser]
public class TurnBenchmarks
{
    private string _folder = "";
    private TurnWatch _watch = null!;
    private WatchedGrain _grain = null!;

    /// <summary>Whether what runs is also written to the account.</summary>
    [Params(false, true)]
    public bool HasAccount { get; set; }

    /// <summary>Makes a watch, and a grain in it.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _folder = HasAccount ? Directory.CreateTempSubdirectory("gamecluster-turns-").FullName : "";
        _watch = new TurnWatch(
            new ClusterWatch(TimeProvider.System),
            new AllocationBook(),
            new TurnMetrics(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>()),
            new LocalSilo(),
            TimeProvider.System,
            Options.Create(new WatchOptions { AccountFolder = _folder }),
            NullLogger<TurnWatch>.Instance);
        _watch.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        _grain = _watch.Of(GrainId.Create("service.benchmarks", "0123456789abcdef0123456789abcdef"), "benchmarks");
    }

    /// <summary>Ends it.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _watch.StopAsync(CancellationToken.None).GetAwaiter().GetResult();
        if (HasAccount)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>A turn of one grain after another of the same.</summary>
    [Benchmark]
    public void Turn() => _grain.Begin(7).End();

    private sealed class LocalSilo : ILocalSiloDetails
    {
        public string Name => "benchmarks";

        public string ClusterId => "benchmarks";

        public string DnsHostName => "localhost";

        public SiloAddress SiloAddress { get; } = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1);

        public SiloAddress GatewayAddress => SiloAddress;
    }
}
