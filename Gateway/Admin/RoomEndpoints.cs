using System.Globalization;
using System.Text;
using System.Text.Json;
using GameCluster.Gateway.Routing;
using GameCluster.Rooms;
using GameCluster.Services;
using GameCluster.Watch;

namespace GameCluster.Gateway.Admin;

/// <summary>Operators' view of rooms.</summary>
internal static class RoomEndpoints
{
    private const int RecordingPage = 500;

    public static void MapRooms(this RouteGroupBuilder admin)
    {
        admin.MapGet("/rooms", ListAsync).WithSummary("Open rooms of a service, or of all, ordered by key; those that are unlisted are left out.");
        admin.MapDelete("/rooms/{service}/{room}", GiveUpAsync).WithSummary("Gives a durable room up that is in quarantine as opening it never ends: its key is free, its recording stays.");
        admin.MapGet("/rooms/{service}/{room}/state", GetStateAsync).WithSummary("What the game of an open room knows: its state as JSON.");
        admin.MapGet("/rooms/{service}/{room}/recording", GetRecordingAsync)
            .WithSummary("What has happened to a durable room, open or over: JSON lines, the first of the recording as a whole, then one per input. Done again in order, they make the same room.");
    }

    private static async Task<IResult> ListAsync(ClusterView cluster, string? service, string? label, int limit = 100)
    {
        if (limit is < 1 or > RoomLimits.MaxListed)
        {
            return TypedResults.Problem($"limit: {limit} is not between 1 and {RoomLimits.MaxListed}", statusCode: StatusCodes.Status400BadRequest);
        }

        var (list, silent) = await cluster.ListRoomsAsync(service, new RoomFilter(label), limit);
        return TypedResults.Ok(new RoomPage([.. list.Rooms.Select(RoomReport.From)], list.Complete, silent));
    }

    private static async Task<IResult> GetStateAsync(RouteTableSource routes, IGrainFactory grains, string service, string room)
    {
        if (routes.Current.FindService(service) is not { Key: ServiceKey.Room } known)
        {
            return TypedResults.Problem($"{service} is no service with rooms", statusCode: StatusCodes.Status404NotFound);
        }

        try
        {
            return await grains.GetGrain<IRoomGrain>(known.CreateGrainId(room)).GetStateAsync() switch
            {
                null => TypedResults.Problem($"no room {room} of {service} is open", statusCode: StatusCodes.Status404NotFound),
                { Length: 0 } => TypedResults.Problem($"rooms of {service} keep their state to themselves: derive them from RoomGrain<TState>", statusCode: StatusCodes.Status404NotFound),
                var state => TypedResults.Bytes(state, "application/json"),
            };
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException)
        {
            return TypedResults.Problem(exception.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<IResult> GiveUpAsync(RouteTableSource routes, ClusterView cluster, IGrainFactory grains, string service, string room)
    {
        if (routes.Current.FindService(service) is not { Key: ServiceKey.Room } known)
        {
            return TypedResults.Problem($"{service} is no service with rooms", statusCode: StatusCodes.Status404NotFound);
        }

        try
        {
            if (!await cluster.ReleaseRoomAsync(service, room, giveUp: true))
            {
                return TypedResults.Problem($"{service} has no room {room} that cannot be opened; a room that is open closes itself", statusCode: StatusCodes.Status404NotFound);
            }

            await grains.GetGrain<IWatchGrain>(IWatchGrain.Key).ReleaseAsync(known.CreateGrainId(room));
            return TypedResults.NoContent();
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException)
        {
            return TypedResults.Problem(exception.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<IResult> GetRecordingAsync(ClusterView cluster, string service, string room, CancellationToken cancellationToken)
    {
        RoomRecordingPage? first;
        try
        {
            first = await cluster.ReadRecordingAsync(service, room, 0, RecordingPage);
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException)
        {
            return TypedResults.Problem(exception.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        return first is null
            ? TypedResults.Problem($"the journal has no room {room} of {service}: only durable rooms are recorded", statusCode: StatusCodes.Status404NotFound)
            : TypedResults.Stream(output => WriteAsync(cluster, service, room, first, output, cancellationToken), "application/x-ndjson");
    }

    /// <summary>Writes what was there when the first part was read. One that breaks off lacks its last version.</summary>
    private static async Task WriteAsync(ClusterView cluster, string service, string room, RoomRecordingPage first, Stream output, CancellationToken cancellationToken)
    {
        await WriteLineAsync(output, JsonSerializer.SerializeToUtf8Bytes(
            new RecordingHead(service, room, first.Id, first.IsOpen, first.FirstVersion, first.LastVersion), RecordingHead.Json), cancellationToken);
        var version = 0L;
        for (var page = first; page is { Inputs.Length: > 0 } && page.Id == first.Id && version < first.LastVersion;)
        {
            foreach (var input in page.Inputs)
            {
                version = input.Version;
                await WriteLineAsync(output, [.. "{\"version\":"u8, .. Encoding.ASCII.GetBytes(version.ToString(CultureInfo.InvariantCulture)), .. ",\"input\":"u8, .. input.Json, .. "}"u8], cancellationToken);
            }

            page = version < first.LastVersion ? await cluster.ReadRecordingAsync(service, room, version, RecordingPage) : null;
        }
    }

    private static async Task WriteLineAsync(Stream output, byte[] line, CancellationToken cancellationToken)
    {
        await output.WriteAsync(line, cancellationToken);
        await output.WriteAsync("\n"u8.ToArray(), cancellationToken);
    }
}

/// <summary>Rooms. <c>complete</c> is false if there are more, or if a silo, then in <c>silent</c>, did not answer.</summary>
internal sealed record RoomPage(RoomReport[] Rooms, bool Complete, string[] Silent);

/// <summary>The first line of a recording. <c>first_version</c> is 1 if it is whole.</summary>
internal sealed record RecordingHead(string Service, string Room, long Id, bool Open, long FirstVersion, long LastVersion)
{
    public static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}

/// <summary>One room.</summary>
internal sealed record RoomReport(string Service, string Room, string? Label, int Members, int MaxMembers, int Spectators, bool Locked, DateTimeOffset CreatedAt)
{
    public static RoomReport From(RoomListing room) =>
        new(room.Service, room.Room, room.Label, room.Members, room.MaxMembers, room.Spectators, room.IsLocked, room.CreatedAt);
}
