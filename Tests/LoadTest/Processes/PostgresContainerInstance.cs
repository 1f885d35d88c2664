using DotNet.Testcontainers.Builders;
using Testcontainers.PostgreSql;

namespace GameCluster.LoadTest.Processes;

/// <summary>A PostgreSQL in a container, for machines with Docker and without an installation.</summary>
internal sealed class PostgresContainerInstance(PostgreSqlContainer container) : PostgresInstance
{
    private const string Image = "postgres:17-alpine";

    public override string ConnectionString => container.GetConnectionString();

    /// <summary>Starts a container; null if Docker does not answer.</summary>
    public static async Task<PostgresContainerInstance?> TryCreateAsync(bool durable)
    {
        try
        {
            // A port of the host chosen by Docker would change with a restart of the container.
            var container = new PostgreSqlBuilder(Image)
                .WithPortBinding(LoopbackPort.Free(), PostgreSqlBuilder.PostgreSqlPort)
                .WithCommand("-c", "max_connections=300", "-c", $"fsync={(durable ? "on" : "off")}")
                .Build();
            await container.StartAsync();
            return new(container);
        }
        catch (DockerUnavailableException)
        {
            return null;
        }
    }

    public override Task StartAsync() => container.StartAsync();

    public override async Task StopAsync(bool immediate)
    {
        if (immediate)
        {
            await container.ExecAsync(["su", "postgres", "-c", "pg_ctl stop -m immediate -W"]);
        }

        await container.StopAsync();
    }

    public override Task PauseAsync() => container.PauseAsync();

    public override Task ResumeAsync() => container.UnpauseAsync();

    public override ValueTask DisposeAsync() => container.DisposeAsync();
}
