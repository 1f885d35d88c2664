using System.Net;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>A cluster with a PostgreSQL of its own, which a test may take away. Four members, so that with one of them lost three still vote.</summary>
internal sealed class OutageCluster : IAsyncDisposable
{
    private const int SiloCount = 3;

    private static readonly TimeSpan NoticeLimit = TimeSpan.FromSeconds(15);

    private readonly ClusterOfProcesses _cluster;

    private OutageCluster(PostgresServer postgres, ClusterOfProcesses cluster)
    {
        Postgres = postgres;
        _cluster = cluster;
    }

    public PostgresServer Postgres { get; }

    public string ConnectionString => _cluster.ConnectionString;

    public IReadOnlyList<GameProcess> Silos => [.. _cluster.Silos.Where(static silo => !silo.HasExited)];

    public IReadOnlyList<GameProcess> Gateways => [.. _cluster.Gateways.Where(static gateway => !gateway.HasExited)];

    public IReadOnlyList<GameProcess> Processes => [.. Silos, .. Gateways];

    public static async Task<OutageCluster> StartAsync()
    {
        var postgres = await PostgresServer.StartNewAsync(durable: true);
        var cluster = new OutageCluster(postgres, new ClusterOfProcesses(await postgres.CreateDatabaseAsync()));
        await cluster.MakeWholeAsync();
        return cluster;
    }

    /// <summary>Replaces what was lost and waits until all is ready.</summary>
    public async Task MakeWholeAsync()
    {
        while (Silos.Count < SiloCount)
        {
            _cluster.AddSilo();
        }

        while (Gateways.Count < 1)
        {
            _cluster.AddGateway();
        }

        await _cluster.ReadyAsync();
    }

    public Task ReadyAsync() => _cluster.ReadyAsync();

    public GameProcess StartAgain(GameProcess ended) => _cluster.StartAgain(ended);

    /// <summary>Completes when every process has noticed the outage; all of them must be alive and serve clients all the same.</summary>
    public async Task AssertOutageIsBorneAsync()
    {
        foreach (var process in Processes)
        {
            await Wait.UntilAsync(
                async () => await process.StatusOfAsync("readyz") == HttpStatusCode.ServiceUnavailable, NoticeLimit, $"{process.Name} to notice that the database is away", () => process.Output);
            using var reason = await process.Admin.GetAsync("readyz");
            Assert.That(await reason.Content.ReadAsStringAsync(), Does.Contain("database: PostgreSQL has not answered for"));
            Assert.That(await process.StatusOfAsync("healthz"), Is.EqualTo(HttpStatusCode.OK), $"{process.Name} is alive");
            Assert.That(await process.StatusOfAsync("readyz/serving"), Is.EqualTo(HttpStatusCode.OK), $"{process.Name} serves");
        }
    }

    /// <summary>How many members a process knows as active.</summary>
    public async Task<int> MembersAsync() => (await ClusterOfProcesses.ActiveSilosAsync(Gateways[0])).Count;

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}
