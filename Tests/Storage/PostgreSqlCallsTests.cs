using GameCluster.Silo.Storage;
using GameCluster.Tests.Infrastructure;
using Npgsql;

namespace GameCluster.Tests.Storage;

/// <summary>Statements whose callers do not wait for ever.</summary>
[CancelAfter(120_000)]
internal sealed class PostgreSqlCallsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Test]
    public async Task RunAsync_NoConnectionInTime_IsNotDoneLaterEither()
    {
        await using var calls = new PostgreSqlCalls(await MigratedPostgres.CreateAsync(), maxConnections: 1);
        await calls.RunAsync(static connection => DoAsync(connection, "CREATE TABLE done (what text)"), Patience);
        var slow = calls.RunAsync(static connection => DoAsync(connection, "SELECT pg_sleep(1.5)"), Patience);

        Assert.That(async () => await calls.RunAsync(static connection => DoAsync(connection, "INSERT INTO done VALUES ('late')"), Limit), Throws.TypeOf<TimeoutException>());
        await slow;
        await calls.RunAsync(static connection => DoAsync(connection, "INSERT INTO done VALUES ('next')"), Patience);

        var done = await calls.RunAsync(static connection => DoAsync(connection, "SELECT string_agg(what, ' ' ORDER BY what) FROM done"), Patience);
        Assert.That(done, Is.EqualTo("next"), "whoever asks again, or asks for something else, must not be overtaken by what has failed");
    }

    private static async Task<object?> DoAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
