using System.Text.Json;
using GameCluster.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace GameCluster.Gateway.Admin;

/// <summary>Operators' view of sessions.</summary>
internal static class SessionEndpoints
{
    private const int MaxPage = 1000;
    private const int MaxReason = 100;

    public static void MapSessions(this RouteGroupBuilder admin)
    {
        admin.MapGet("/sessions", ListAsync).WithSummary("Sessions of every gateway, ordered by id; pass the last id as 'after' for the next page.");
        admin.MapPost("/sessions/{id}/kick", KickAsync).WithSummary("Ends a session, also one whose client is away; a connection is closed with code 4000 and a reason its client can read.");
        admin.MapPost("/broadcast", BroadcastAsync).WithSummary("Pushes one message to every session of the cluster.");
    }

    private static async Task<IResult> ListAsync(ClusterView cluster, string? after, int limit = 100)
    {
        var start = default(SessionId);
        if (after is not null && !SessionId.TryParse(after, out start))
        {
            return Problem($"after: '{after}' is not a session id: it has 32 hexadecimal digits");
        }

        if (limit is < 1 or > MaxPage)
        {
            return Problem($"limit: {limit} is not between 1 and {MaxPage}");
        }

        var (sessions, silent) = await cluster.ListSessionsAsync(start, limit);
        return TypedResults.Ok(new SessionPage([.. sessions.Select(SessionReport.From)], sessions.Count == limit ? sessions[^1].Id.ToString() : null, silent));
    }

    private static async Task<IResult> KickAsync(ClusterView cluster, string id, [FromBody(EmptyBodyBehavior = Microsoft.AspNetCore.Mvc.ModelBinding.EmptyBodyBehavior.Allow)] KickRequest? request)
    {
        if (!SessionId.TryParse(id, out var session))
        {
            return Problem($"'{id}' is not a session id: it has 32 hexadecimal digits");
        }

        var reason = request?.Reason ?? "kicked by an operator";
        if (System.Text.Encoding.UTF8.GetByteCount(reason) > MaxReason)
        {
            return Problem($"reason: longer than {MaxReason} bytes, which is what a close frame holds");
        }

        return await cluster.KickAsync(session, reason)
            ? TypedResults.NoContent()
            : TypedResults.Problem($"there is no session {id}", statusCode: StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> BroadcastAsync(ClusterView cluster, BroadcastRequest request)
    {
        if (request.MessageId <= 0)
        {
            return Problem($"message_id: {request.MessageId} is not above zero");
        }

        if (request.Body.ValueKind != JsonValueKind.Object)
        {
            return Problem("body: must be a JSON object");
        }

        var (sessions, silent) = await cluster.BroadcastAsync(request.MessageId, JsonSerializer.SerializeToUtf8Bytes(request.Body));
        return TypedResults.Ok(new BroadcastReport(sessions, silent));
    }

    private static IResult Problem(string text) => TypedResults.Problem(text, statusCode: StatusCodes.Status400BadRequest);
}

/// <summary>Body of a kick; the reason goes to the client.</summary>
internal sealed record KickRequest(string? Reason = null);

/// <summary>Body of a broadcast.</summary>
internal sealed record BroadcastRequest(int MessageId, JsonElement Body);

/// <summary>How many sessions a broadcast was queued for, and the gateways that did not answer.</summary>
internal sealed record BroadcastReport(int Sessions, string[] Silent);

/// <summary>One page of sessions; <c>next</c> is what to pass as 'after', or null at the end.</summary>
internal sealed record SessionPage(SessionReport[] Sessions, string? Next, string[] Silent);

/// <summary>One session.</summary>
internal sealed record SessionReport(
    string Id, string? Player, string RemoteAddress, DateTimeOffset ConnectedAt, DateTimeOffset LastMessageAt, long FramesIn, long FramesOut, int QueuedBytes, string Gateway, string[] Services)
{
    public static SessionReport From(SessionSummary session) => new(
        session.Id.ToString(), session.Player, session.RemoteAddress, session.ConnectedAt, session.LastMessageAt, session.FramesIn, session.FramesOut, session.QueuedBytes,
        session.Gateway.ToParsableString(), session.Services);
}
