using GameCluster.Tests.Infrastructure;
using Npgsql;

namespace GameCluster.Tests.Storage;

/// <summary>That the outages which other tests rely on really are outages.</summary>
[CancelAfter(120_000)]
internal sealed class PostgresServerTests
{
    [Test]
    public async Task StopAndStart_ImmediateOrNot_KeepsAddressAndData([Values] bool immediate)
    {
        await using var server = await PostgresServer.StartNewAsync();
        var database = await server.CreateDatabaseAsync();
        await ScalarAsync(database, "CREATE TABLE kept AS SELECT 42 AS answer");

        await server.StopAsync(immediate);
        Assert.That(() => ScalarAsync(database, "SELECT 1"), Throws.InstanceOf<NpgsqlException>());
        await server.StartAsync();

        Assert.That(await ScalarAsync(database, "SELECT answer FROM kept"), Is.EqualTo(42));
    }

    [Test]
    public async Task PauseAndResume_OpenConnection_AnswersOnlyAfterwards()
    {
        await using var server = await PostgresServer.StartNewAsync();
        await using var connection = new NpgsqlConnection(Unpooled(await server.CreateDatabaseAsync()));
        await connection.OpenAsync();

        await server.PauseAsync();
        await using var command = new NpgsqlCommand("SELECT 42", connection);
        var answer = command.ExecuteScalarAsync();
        Assert.That(() => answer.WaitAsync(TimeSpan.FromMilliseconds(300)), Throws.TypeOf<TimeoutException>());
        await server.ResumeAsync();

        Assert.That(await answer.WaitAsync(TimeSpan.FromSeconds(30)), Is.EqualTo(42));
    }

    private static string Unpooled(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;

    private static async Task<object?> ScalarAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(Unpooled(database));
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
