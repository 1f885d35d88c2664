using System.Text.Json;
using GameCluster.Games.Board;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;
using Npgsql;

namespace GameCluster.Tests.EndToEnd;

/// <summary>Whom the account of what runs names when a process is killed from outside: not who waits for the journal, and has done nothing yet.</summary>
internal sealed class DeathAccountTests
{
    private const int Create = BoardMessages.Durable + BoardMessages.Create;
    private const int Join = BoardMessages.Durable + BoardMessages.Join;
    private const int Draw = BoardMessages.Durable + BoardMessages.Draw;

    private const string AppendsThatWait =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%gamecluster_room%SKIP LOCKED%'";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Kill_WhileADurableRoomWaitsForItsJournal_IsNotItsFault()
    {
        var folder = Directory.CreateTempSubdirectory("gamecluster-account-").FullName;
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        (string, string)[] settings =
        [
            ("GameCluster__Storage__PostgreSql", database),
            ("GameCluster__Watch__AccountFolder", folder),
            ("GameCluster__Watch__DeathsBeforeQuarantine", "1"),
        ];

        await using (var first = await Server.StartAsync("unlucky", settings))
        {
            await using var board = await SessionSocket.ConnectAsync(first.ClientUri);
            var room = (await board.RequestAsync(Create))["room"].GetString()!;
            await board.RequestAsync(Join, JsonSerializer.Serialize(new { room }));
            await using var suspect = await first.ConnectAsync();
            await suspect.LogInAsync("suspect");
            await suspect.SendAsync(MessageIds.PoisonWait);

            await using var connection = new NpgsqlConnection(database);
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await ScalarAsync(connection, "LOCK TABLE gamecluster_room IN ACCESS EXCLUSIVE MODE");
            await board.SendAsync(Draw, """{"color":1,"points":[1,1,2,2]}""");
            await Wait.UntilAsync(async () => await ScalarAsync(connection, AppendsThatWait) is > 0L, Limit, "the room to wait for its journal", () => first.Output);
            await first.KillAsync();
        }

        await using (var second = await Server.StartAsync("unlucky", settings))
        {
            await Wait.UntilAsync(() => second.Output.Contains("The process that was unlucky before died", StringComparison.Ordinal), Limit, "the account to be read", () => second.Output);
            var keys = Array.Empty<string>();
            await Wait.UntilAsync(async () => (keys = await QuarantineAsync(second)).Length > 0, Limit, "a quarantine", () => second.Output);

            Assert.That(keys, Is.EqualTo(new[] { "tests.poison suspect" }));
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string[]> QuarantineAsync(GameProcess server) =>
    [
        .. (await server.GetJsonAsync("admin/v1/quarantine")).GetProperty("quarantine").EnumerateArray().Select(static entry => $"{entry.GetProperty("service").GetString()} {entry.GetProperty("key").GetString()}"),
    ];

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
