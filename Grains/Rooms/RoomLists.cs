using System.Collections.Concurrent;
using GameCluster.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace GameCluster.Rooms;

/// <summary>Makes lists of rooms by asking every silo for those that are open there, and keeps each for a moment.</summary>
internal sealed class RoomLists(RoomHostClient hosts, IClusterMembershipService membership, ISiloMetadataCache metadata, TimeProvider time)
{
    private const int MaxKept = 256;

    private static readonly TimeSpan KeptFor = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string? Service, RoomFilter Filter, int Limit), (long At, Task<RoomList> List)> _kept = new();

    public async ValueTask<RoomList> GetAsync(string? service, RoomFilter filter, int limit)
    {
        var key = (service, filter, limit);
        if (_kept.TryGetValue(key, out var kept) && time.GetElapsedTime(kept.At) < KeptFor)
        {
            return await kept.List;
        }

        if (_kept.Count >= MaxKept)
        {
            _kept.Clear();
        }

        var list = AskAllAsync(service, filter, limit);
        _kept[key] = (time.GetTimestamp(), list);
        return await list;
    }

    private async Task<RoomList> AskAllAsync(string? service, RoomFilter filter, int limit)
    {
        var silos = membership.CurrentSnapshot.Members.Values.Where(static member => member.Status == SiloStatus.Active)
            .Select(static member => member.SiloAddress).Where(HostsServices);
        var answers = await Task.WhenAll(silos.Select(silo => AskAsync(silo, service, filter, limit)));
        // One that moves meanwhile may be in the answers of both silos.
        var rooms = answers.SelectMany(static answer => answer.Rooms).DistinctBy(static room => (room.Service, room.Room)).OrderBy(static room => room.Room, StringComparer.Ordinal).ToArray();
        return new RoomList([.. rooms.Take(limit)], Array.TrueForAll(answers, static answer => answer.Complete) && rooms.Length <= limit);
    }

    private async Task<RoomList> AskAsync(SiloAddress silo, string? service, RoomFilter filter, int limit)
    {
        try
        {
            return await hosts.At(silo).ListAsync(service, filter, limit).AsTask().WaitAsync(AnswerTime, time);
        }
        catch (Exception)
        {
            // Whatever it was: its rooms are missing, and the list says so.
            return new RoomList([], Complete: false);
        }
    }

    /// <summary>A process that takes clients only has no rooms. One that is not known yet may have some.</summary>
    private bool HostsServices(SiloAddress silo) =>
        !metadata.GetSiloMetadata(silo).Metadata.TryGetValue(ServiceRole.MetadataKey, out var roles) || roles != ServiceRole.Gateway;
}
