using Microsoft.Data.Sqlite;

namespace GameCluster.Tests.Storage;

/// <summary>A SQLite database file in a folder that does not exist yet, removed in the end.</summary>
internal sealed class SqliteFile : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gamecluster-sqlite-").FullName;

    public string ConnectionString => new SqliteConnectionStringBuilder { DataSource = Path.Combine(_root, "new", "game.db") }.ConnectionString;

    public void Dispose()
    {
        using (var connection = new SqliteConnection(ConnectionString))
        {
            SqliteConnection.ClearPool(connection);
        }

        Directory.Delete(_root, recursive: true);
    }
}
