using Npgsql;

namespace GameCluster.LoadTest.Processes;

/// <summary>Creates and drops databases of a server.</summary>
internal static class PostgresDatabase
{
    /// <summary>Creates an empty database and returns its connection string.</summary>
    /// <param name="server">For a user who may do that.</param>
    public static async Task<string> CreateAsync(string server, string name)
    {
        // template0 has no users, so that databases can be created at the same time.
        await ExecuteAsync(server, $"CREATE DATABASE {name} TEMPLATE template0");
        return new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }

    /// <summary>Drops it, whoever still uses it.</summary>
    public static Task DropAsync(string server, string name) => ExecuteAsync(server, $"DROP DATABASE IF EXISTS {name} WITH (FORCE)");

    private static async Task ExecuteAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
