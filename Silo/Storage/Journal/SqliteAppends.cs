using GameCluster.Rooms.Journal;
using Microsoft.Data.Sqlite;

namespace GameCluster.Silo.Storage.Journal;

/// <summary>Appends a batch in one transaction, on another thread, as SQLite knows no waiting without one.</summary>
internal sealed class SqliteAppends : IAppendConnection
{
    private const int Busy = 5;

    private readonly SqliteConnection _connection;
    private readonly SemaphoreSlim _writing;
    private readonly SqliteCommand _move;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _look;

    public SqliteAppends(SqliteConnection connection, SemaphoreSlim writing)
    {
        (_connection, _writing) = (connection, writing);
        _move = Command("UPDATE gamecluster_room SET last_version = @version WHERE id = @room AND epoch = @epoch AND last_version = @version - 1 AND closed_at IS NULL", "@room", "@epoch", "@version");
        _insert = Command("INSERT INTO gamecluster_room_entry (room, version, body) VALUES (@room, @version, @body)", "@room", "@version", "@body");
        _look = Command("SELECT 1 FROM gamecluster_room WHERE id = @room AND epoch = @epoch AND closed_at IS NULL", "@room", "@epoch");
    }

    public async Task AppendAsync(IReadOnlyList<PendingAppend> batch)
    {
        await _writing.WaitAsync();
        try
        {
            await Task.Run(() => Append(batch));
        }
        finally
        {
            _writing.Release();
        }
    }

    public Task PingAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _move.Dispose();
        _insert.Dispose();
        _look.Dispose();
        return _connection.DisposeAsync();
    }

    private void Append(IReadOnlyList<PendingAppend> batch)
    {
        var outcomes = new AppendOutcome[batch.Count];
        using var transaction = Begin();
        try
        {
            for (var i = 0; i < batch.Count; i++)
            {
                outcomes[i] = Append(transaction, batch[i]);
            }
        }
        catch (SqliteException refusal)
        {
            throw new NotWrittenException(refusal.Message, refusal);
        }

        Commit(transaction);
        for (var i = 0; i < batch.Count; i++)
        {
            batch[i].Complete(outcomes[i]);
        }
    }

    private AppendOutcome Append(SqliteTransaction transaction, PendingAppend pending)
    {
        var (room, epoch, version) = (pending.Claim.Id, pending.Claim.Epoch, pending.Entry.Version);
        if (Run(_move, transaction, room, epoch, version).ExecuteNonQuery() == 1)
        {
            Run(_insert, transaction, room, version, pending.Entry.Body.ToArray()).ExecuteNonQuery();
            return AppendOutcome.Appended;
        }

        return Run(_look, transaction, room, epoch).ExecuteScalar() is null ? AppendOutcome.Fenced : AppendOutcome.Behind;
    }

    private SqliteTransaction Begin()
    {
        try
        {
            return _connection.BeginTransaction(deferred: false);
        }
        catch (SqliteException refusal)
        {
            throw new NotWrittenException(refusal.Message, refusal);
        }
    }

    private static void Commit(SqliteTransaction transaction)
    {
        try
        {
            transaction.Commit();
        }
        catch (SqliteException refusal) when (refusal.SqliteErrorCode == Busy)
        {
            throw new NotWrittenException(refusal.Message, refusal);
        }
    }

    private SqliteCommand Command(string sql, params string[] parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        }

        return command;
    }

    private static SqliteCommand Run(SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<object> values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        return command;
    }
}
