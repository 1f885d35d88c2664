using GameCluster.Rooms;
using GameCluster.Rooms.Journal;
using Microsoft.Extensions.Options;

namespace GameCluster.Silo.Storage.Journal;

/// <summary>
/// Removes recordings whose time is up, and of open rooms the entries that are beyond <see cref="RoomOptions.RecordingEntries"/> and before their snapshot. In portions with pauses, so
/// that it is not noticed; on one silo at a time.
/// </summary>
internal sealed partial class JournalCleaner(IJournalDatabase database, JournalMetrics metrics, IOptions<RoomOptions> options, TimeProvider time, ILogger<JournalCleaner> logger) : BackgroundService
{
    private const int Portion = 1_000;
    private const int Rooms = 100;

    private const string Expired = "SELECT id FROM gamecluster_room WHERE closed_at < @closed ORDER BY closed_at LIMIT @limit";

    // Created and never written: nobody ever saw them. One statement, as somebody may be about to.
    private const string RemoveUnwritten = "DELETE FROM gamecluster_room WHERE closed_at IS NULL AND last_version = 0 AND created_at < @created";

    private const string Long =
        """
        SELECT r.id, CASE WHEN s.version < r.last_version - @keep THEN s.version ELSE r.last_version - @keep END
        FROM gamecluster_room AS r JOIN gamecluster_room_snapshot AS s ON s.room = r.id
        WHERE r.id > @after AND r.closed_at IS NULL AND r.last_version > @keep ORDER BY r.id LIMIT @limit
        """;

    private const string RemoveEntries =
        """
        DELETE FROM gamecluster_room_entry WHERE room = @id AND version IN
            (SELECT version FROM gamecluster_room_entry WHERE room = @id AND version <= @upTo ORDER BY version LIMIT @limit)
        """;

    private const string RemoveRoom = "DELETE FROM gamecluster_room WHERE id = @id";
    private const string RemoveSnapshot = "DELETE FROM gamecluster_room_snapshot WHERE room = @id";

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan UnwrittenTime = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await CleanAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, failure.Message);
            }
        }
    }

    /// <summary>Removes what is to be removed now. False if another silo is at it.</summary>
    public async Task<bool> CleanAsync(CancellationToken cancellationToken)
    {
        await using var alone = await database.TryBeAloneAsync();
        if (alone is null)
        {
            return false;
        }

        var removed = await RemoveExpiredAsync(cancellationToken) + await TrimOpenAsync(cancellationToken);
        if (removed > 0)
        {
            LogRemoved(logger, removed);
        }

        return true;
    }

    private async Task<long> RemoveExpiredAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var created = (now - UnwrittenTime).ToUnixTimeMilliseconds();
        await database.RunAsync(connection => connection.ChangeAsync(RemoveUnwritten, ("created", created)), Limit);

        var closed = (now - options.Value.RecordingTime).ToUnixTimeMilliseconds();
        var removed = 0L;
        while (true)
        {
            var rooms = await database.RunAsync(connection => connection.ReadAsync(Expired, static row => row.GetInt64(0), ("closed", closed), ("limit", Rooms)), Limit);
            foreach (var room in rooms)
            {
                removed += await RemoveEntriesAsync(room, long.MaxValue, cancellationToken);
                await database.RunAsync(connection => connection.ChangeAsync(RemoveSnapshot, ("id", room)), Limit);
                await database.RunAsync(connection => connection.ChangeAsync(RemoveRoom, ("id", room)), Limit);
            }

            if (rooms.Count < Rooms)
            {
                return removed;
            }
        }
    }

    private async Task<long> TrimOpenAsync(CancellationToken cancellationToken)
    {
        var (removed, after) = (0L, 0L);
        while (true)
        {
            var rooms = await database.RunAsync(
                connection => connection.ReadAsync(
                    Long, static row => (Id: row.GetInt64(0), UpTo: row.GetInt64(1)), ("keep", (long)options.Value.RecordingEntries), ("after", after), ("limit", Rooms)),
                Limit);
            foreach (var (room, upTo) in rooms)
            {
                removed += await RemoveEntriesAsync(room, upTo, cancellationToken);
                after = room;
            }

            if (rooms.Count < Rooms)
            {
                return removed;
            }
        }
    }

    private async Task<long> RemoveEntriesAsync(long room, long upTo, CancellationToken cancellationToken)
    {
        var removed = 0L;
        while (true)
        {
            var portion = await database.RunAsync(connection => connection.ChangeAsync(RemoveEntries, ("id", room), ("upTo", upTo), ("limit", Portion)), Limit);
            metrics.OnRemoved(portion);
            removed += portion;
            await Task.Delay(Pause, time, cancellationToken);
            if (portion < Portion)
            {
                return removed;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Entries} entries of recordings were removed from the journal, as their time was up")]
    private static partial void LogRemoved(ILogger logger, long entries);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old recordings of durable rooms were not removed and will be later: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
