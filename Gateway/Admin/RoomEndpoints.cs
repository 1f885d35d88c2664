using GameCluster.Rooms;

namespace GameCluster.Gateway.Admin;

/// <summary>Operators' view of rooms.</summary>
internal static class RoomEndpoints
{
    public static void MapRooms(this RouteGroupBuilder admin) =>
        admin.MapGet("/rooms", ListAsync).WithSummary("Open rooms of a service, or of all, ordered by key; those that are unlisted are left out.");

    private static async Task<IResult> ListAsync(ClusterView cluster, string? service, string? label, int limit = 100)
    {
        if (limit is < 1 or > RoomLimits.MaxListed)
        {
            return TypedResults.Problem($"limit: {limit} is not between 1 and {RoomLimits.MaxListed}", statusCode: StatusCodes.Status400BadRequest);
        }

        var (list, silent) = await cluster.ListRoomsAsync(service, new RoomFilter(label), limit);
        return TypedResults.Ok(new RoomPage([.. list.Rooms.Select(RoomReport.From)], list.Complete, silent));
    }
}

/// <summary>Rooms. <c>complete</c> is false if there are more, or if a silo, then in <c>silent</c>, did not answer.</summary>
internal sealed record RoomPage(RoomReport[] Rooms, bool Complete, string[] Silent);

/// <summary>One room.</summary>
internal sealed record RoomReport(string Service, string Room, string? Label, int Members, int MaxMembers, int Spectators, bool Locked, DateTimeOffset CreatedAt)
{
    public static RoomReport From(RoomListing room) =>
        new(room.Service, room.Room, room.Label, room.Members, room.MaxMembers, room.Spectators, room.IsLocked, room.CreatedAt);
}
