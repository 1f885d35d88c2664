using System.Data;
using System.Data.Common;

namespace GameCluster.Tests.Storage;

/// <summary>Runs the texts of table OrleansQuery the way the Orleans providers do: named, typed parameters, columns by name.</summary>
internal sealed class OrleansQueries(Func<DbConnection> connect)
{
    /// <summary>The rows of the query's result; null for SQL's null.</summary>
    public async Task<List<Dictionary<string, object?>>> RunAsync(string key, params (string Name, object? Value, DbType Type)[] parameters)
    {
        await using var connection = connect();
        await connection.OpenAsync();
        return await ReadAsync(connection, await TextAsync(connection, key), parameters);
    }

    /// <summary>The only value of the result's only row.</summary>
    public async Task<object?> ScalarAsync(string key, params (string Name, object? Value, DbType Type)[] parameters) =>
        (await RunAsync(key, parameters)).Single().Values.Single();

    /// <summary>Every key of the table, sorted.</summary>
    public async Task<string[]> KeysAsync()
    {
        await using var connection = connect();
        await connection.OpenAsync();
        var rows = await ReadAsync(connection, "SELECT QueryKey FROM OrleansQuery", []);
        return [.. rows.Select(row => (string)row["QueryKey"]!).Order(StringComparer.Ordinal)];
    }

    private static async Task<string> TextAsync(DbConnection connection, string key)
    {
        var rows = await ReadAsync(connection, "SELECT QueryText FROM OrleansQuery WHERE QueryKey = @Key", [("Key", key, DbType.String)]);
        return (string)rows.Single()["QueryText"]!;
    }

    private static async Task<List<Dictionary<string, object?>>> ReadAsync(
        DbConnection connection, string sql, (string Name, object? Value, DbType Type)[] parameters)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value, type) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.DbType = type;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        var rows = new List<Dictionary<string, object?>>();
        await using var reader = await command.ExecuteReaderAsync();
        do
        {
            while (await reader.ReadAsync())
            {
                rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(
                    reader.GetName, i => reader.IsDBNull(i) ? null : reader.GetValue(i), StringComparer.OrdinalIgnoreCase));
            }
        }
        while (await reader.NextResultAsync());
        return rows;
    }
}
