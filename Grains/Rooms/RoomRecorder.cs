using GameCluster.Rooms.Journal;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;

namespace GameCluster.Rooms;

/// <summary>Writes one durable room's inputs to the journal, in order, and its snapshots. It belongs to a grain.</summary>
internal sealed partial class RoomRecorder(IRoomJournal journal, RoomClaim claim, Serializer<RoomImage> images, int snapshotEvery, ILogger logger)
{
    private long _snapshotAt;
    private volatile bool _isFenced;
    private Task _saving = Task.CompletedTask;

    /// <summary>The epoch of the claim.</summary>
    public long Epoch => claim.Epoch;

    /// <summary>The version of the last input that was executed.</summary>
    public long Version { get; set; }

    /// <summary>Whether an input after <see cref="Version"/> may have been written.</summary>
    public bool IsUnsettled { get; private set; }

    /// <summary>Whether the room has been opened elsewhere since.</summary>
    public bool IsFenced => _isFenced;

    /// <summary>Writes the next input.</summary>
    public async ValueTask<RoomEntry> AppendAsync(RoomInput input)
    {
        switch (await journal.AppendAsync(claim, new JournalEntry(Version + 1, input.ToJson())))
        {
            case AppendOutcome.Appended:
                Version++;
                return RoomEntry.Entered;
            case AppendOutcome.Fenced:
                _isFenced = true;
                return RoomEntry.Elsewhere;
            case AppendOutcome.Unavailable:
                return RoomEntry.Unavailable;
            case AppendOutcome.Behind:
                IsUnsettled = true;
                return RoomEntry.Unavailable;
            default:
                IsUnsettled = true;
                return RoomEntry.Unknown;
        }
    }

    /// <summary>The inputs that were written after <see cref="Version"/> without the room's knowing.</summary>
    /// <exception cref="JournalUnavailableException">That cannot be told yet.</exception>
    public async ValueTask<IReadOnlyList<JournalEntry>> SettleAsync()
    {
        var tail = await journal.ReadTailAsync(claim, Version);
        (IsUnsettled, _isFenced) = (false, _isFenced || tail is null);
        return tail ?? [];
    }

    /// <summary>Reads a snapshot that was kept earlier; the next one is due so many inputs after it.</summary>
    public RoomImage Read(JournalSnapshot snapshot)
    {
        _snapshotAt = snapshot.Version;
        return images.Deserialize(snapshot.Body)!;
    }

    /// <summary>Keeps a snapshot if one is due. The room goes on meanwhile.</summary>
    public void KeepSnapshot(Func<RoomImage> capture)
    {
        if (Version - _snapshotAt < snapshotEvery || !_saving.IsCompleted)
        {
            return;
        }

        _snapshotAt = Version;
        try
        {
            var snapshot = new JournalSnapshot(Version, images.SerializeToArray(capture()));
            _saving = Task.Run(() => SaveAsync(snapshot));
        }
        catch (Exception exception)
        {
            // A state that cannot be written: the room goes on, and its journal grows.
            LogSnapshotFailed(logger, exception, claim.Room.Key, claim.Room.Service, Version);
        }
    }

    /// <summary>What was written before has been executed, and the process lives.</summary>
    public async ValueTask EndOpeningAsync()
    {
        try
        {
            await journal.EndOpeningAsync(claim);
        }
        catch (JournalUnavailableException exception)
        {
            LogNotCounted(logger, claim.Room.Key, claim.Room.Service, exception.Message);
        }
    }

    /// <summary>The room is over.</summary>
    public async ValueTask CloseAsync()
    {
        try
        {
            await journal.CloseAsync(claim);
        }
        catch (JournalUnavailableException exception)
        {
            // Whoever opens it next finds that it is over.
            LogNotClosed(logger, claim.Room.Key, claim.Room.Service, exception.Message);
        }
    }

    private async Task SaveAsync(JournalSnapshot snapshot)
    {
        try
        {
            if (!await journal.SaveSnapshotAsync(claim, snapshot))
            {
                _isFenced = true;
            }
        }
        catch (Exception exception)
        {
            LogSnapshotFailed(logger, exception, claim.Room.Key, claim.Room.Service, snapshot.Version);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Room {Room} of {Service}: no snapshot at version {Version}; the next one is tried later, and until then opening the room takes longer")]
    private static partial void LogSnapshotFailed(ILogger logger, Exception exception, string room, string service, long version);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Room {Room} of {Service} was opened, but the journal does not know and counts it as one that has not ended: {Reason}")]
    private static partial void LogNotCounted(ILogger logger, string room, string service, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Room {Room} of {Service} is over, but the journal does not know yet: {Reason}")]
    private static partial void LogNotClosed(ILogger logger, string room, string service, string reason);
}
