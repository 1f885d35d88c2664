using System.Text.Json;
using GameCluster.Push;
using GameCluster.Rooms;
using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Gateway.Admin;

/// <summary>Operators' messages to clients.</summary>
internal static class PushEndpoints
{
    public static void MapPush(this RouteGroupBuilder admin) =>
        admin.MapPost("/push", PushAsync).WithSummary("Pushes one message to a session, a player, a group, a room or everyone, with the kind of delivery that its service declares.");

    private static async Task<IResult> PushAsync(AdminPush push, PushRequest request)
    {
        if (FindProblem(request) is { } problem)
        {
            return TypedResults.Problem(problem, statusCode: StatusCodes.Status400BadRequest);
        }

        try
        {
            return await SendAsync(push, request.To, request.Message, JsonSerializer.SerializeToUtf8Bytes(request.Body), request.Key);
        }
        catch (InvalidCastException) when (request.To.Room is not null)
        {
            // The service has a grain per room, but its class is no RoomGrain.
            return NoRooms(request.To.Room!);
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException)
        {
            return TypedResults.Problem("the cluster did not answer: whether the message was pushed is unknown", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<IResult> SendAsync(AdminPush push, PushTarget to, int message, byte[] body, string? key) => to switch
    {
        { Session: { } id } => SessionId.TryParse(id, out var session) && await push.ToSessionAsync(session, message, body, key) is { } report
            ? TypedResults.Ok(report)
            : NotFound($"to.session: there is no session {id}"),
        { Player: { } player } => TypedResults.Ok(await push.ToPlayerAsync(player, message, body, key)),
        { Group: { } group } => TypedResults.Ok(await push.ToGroupAsync(group, message, body, key)),
        { Room: { } room } when !push.HasRooms(room.Service) => NoRooms(room),
        { Room: { } room } => await push.ToRoomAsync(room.Service, room.Room, message, body, key)
            ? TypedResults.Ok(new PushReport(null, [], []))
            : NotFound($"to.room.room: {room.Service} has no open room '{room.Room}'"),
        _ => TypedResults.Ok(await push.ToEveryoneAsync(message, body)),
    };

    private static string? FindProblem(PushRequest request)
    {
        var to = request.To;
        var targets = new[] { to.Session is not null, to.Player is not null, to.Group is not null, to.Room is not null, to.Everyone };
        return targets.Count(static named => named) != 1 ? "to: name one of session, player, group, room and everyone"
            : to.Session is { } id && !SessionId.TryParse(id, out _) ? $"to.session: '{id}' is not a session id: it has 32 hexadecimal digits"
            : FindKeyProblem("to.player", to.Player) ?? FindKeyProblem("to.group", to.Group) ?? FindKeyProblem("to.room.service", to.Room?.Service)
                ?? FindKeyProblem("to.room.room", to.Room?.Room) ?? FindMessageProblem(request);
    }

    private static string? FindMessageProblem(PushRequest request) => request.Message <= 0 ? $"message: {request.Message} is not above zero"
        : request.Body.ValueKind != JsonValueKind.Object ? "body: must be a JSON object"
        : null;

    private static string? FindKeyProblem(string field, string? key) => key is { Length: 0 or > RoomLimits.MaxKeyLength } ? $"{field}: has 1 to {RoomLimits.MaxKeyLength} characters" : null;

    private static IResult NoRooms(RoomTarget room) => NotFound($"to.room.service: no service with rooms is called '{room.Service}'");

    private static IResult NotFound(string text) => TypedResults.Problem(text, statusCode: StatusCodes.Status404NotFound);
}

/// <summary>Body of a push. <c>key</c>: what a message that only its newest value matters of is the newest of.</summary>
internal sealed record PushRequest(PushTarget To, int Message, JsonElement Body, string? Key = null);

/// <summary>Whom a push is for: exactly one of them.</summary>
internal sealed record PushTarget(string? Session = null, string? Player = null, string? Group = null, RoomTarget? Room = null, bool Everyone = false);

/// <summary>A room.</summary>
internal sealed record RoomTarget(string Service, string Room);

/// <summary>
/// How many sessions a push was queued for, null for a room, which does not say; what became of it elsewhere (<c>slow_consumer</c>, <c>no_session</c>, <c>unknown</c>), and the gateways
/// that did not answer.
/// </summary>
internal sealed record PushReport(int? Sessions, string[] Failed, string[] Silent);
