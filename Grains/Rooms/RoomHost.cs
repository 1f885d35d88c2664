using GameCluster.Rooms.Journal;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace GameCluster.Rooms;

/// <inheritdoc cref="IRoomHost"/>
[Reentrant] // It only reads a table and a journal that are safe from any thread.
internal sealed class RoomHost(GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory loggers, RoomTable rooms, IRoomJournal? journal = null)
    : GrainService(id, silo, loggers), IRoomHost
{
    private const int MaxRecorded = 1_000;

    public ValueTask<RoomList> ListAsync(string? service, RoomFilter filter, int limit) =>
        ValueTask.FromResult(rooms.List(service, filter, Math.Clamp(limit, 1, RoomLimits.MaxListed)));

    public async ValueTask<RoomRecordingPage?> ReadRecordingAsync(string service, string room, long after, int limit) =>
        journal is null || await AskAsync(journal.ReadRecordingAsync(new RoomName(service, room), after, Math.Clamp(limit, 1, MaxRecorded))) is not { } recording
            ? null
            : new RoomRecordingPage(
                recording.Id, recording.IsOpen, recording.FirstVersion, recording.LastVersion,
                [.. recording.Entries.Select(static entry => new RecordedInput(entry.Version, entry.Body.ToArray()))]);

    public async ValueTask<bool> ReleaseAsync(string service, string room, bool giveUp)
    {
        var name = new RoomName(service, room);
        return journal is not null && await AskAsync(giveUp ? journal.GiveUpAsync(name) : journal.ReleaseAsync(name));
    }

    private static async ValueTask<T> AskAsync<T>(ValueTask<T> asked)
    {
        try
        {
            return await asked;
        }
        catch (JournalUnavailableException exception)
        {
            throw new OrleansException(exception.Message);
        }
    }
}
