using System.Collections.Concurrent;

namespace GameCluster.Rooms;

/// <summary>
/// The rooms that are open on this silo: what lists are made of. A room is in it from its creation to its end, so a list is true without anybody keeping it so. While a room may be on its way from
/// one silo to another, and in no table, lists are not complete.
/// </summary>
internal sealed class RoomTable(TimeProvider time)
{
    /// <summary>A room that has left for another silo is there by then.</summary>
    internal static readonly TimeSpan MovingTime = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<GrainId, Entry> _rooms = new();
    private int _count;
    private long _movedAt;
    private volatile bool _isUnsettled;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether rooms of silos that are gone may not go on anywhere yet.</summary>
    public bool IsUnsettled
    {
        get => _isUnsettled;
        set => _isUnsettled = value;
    }

    private bool IsMoving => Volatile.Read(ref _movedAt) is var movedAt and not 0 && time.GetElapsedTime(movedAt) < MovingTime;

    /// <summary>False if there are too many already.</summary>
    public bool TryAdd(GrainId room, RoomListing listing, bool isListed)
    {
        // An activation that hangs has been replaced by another.
        Remove(room);
        if (Interlocked.Increment(ref _count) <= RoomLimits.MaxRoomsPerSilo && _rooms.TryAdd(room, new Entry(listing, isListed)))
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    /// <summary>The room has changed.</summary>
    public void Update(GrainId room, RoomListing listing)
    {
        if (_rooms.TryGetValue(room, out var entry))
        {
            entry.Listing = listing;
        }
    }

    public void Remove(GrainId room)
    {
        if (_rooms.TryRemove(room, out _))
        {
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>A room of this silo has gone to another one.</summary>
    public void OnMoved() => Volatile.Write(ref _movedAt, time.GetTimestamp());

    /// <summary>At most <paramref name="limit"/> listed rooms, ordered by key, and whether these are all.</summary>
    public RoomList List(string? service, RoomFilter filter, int limit)
    {
        var rooms = _rooms.Where(static room => room.Value.IsListed).Select(static room => room.Value.Listing)
            .Where(room => (service is null || room.Service == service) && Fits(room, filter))
            .OrderBy(static room => room.Room, StringComparer.Ordinal).Take(limit + 1).ToArray();
        return new RoomList([.. rooms.Take(limit)], rooms.Length <= limit && !IsMoving && !IsUnsettled);
    }

    private static bool Fits(RoomListing room, RoomFilter filter) =>
        (filter.Label is null || room.Label == filter.Label) && (!filter.WithSpace || (!room.IsLocked && room.Members < room.MaxMembers));

    private sealed class Entry(RoomListing listing, bool isListed)
    {
        private volatile RoomListing _listing = listing;

        public bool IsListed { get; } = isListed;

        public RoomListing Listing
        {
            get => _listing;
            set => _listing = value;
        }
    }
}
