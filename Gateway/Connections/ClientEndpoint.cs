using System.Net.WebSockets;
using GameCluster.Gateway.Diagnostics;
using GameCluster.Gateway.Protocol;
using GameCluster.Gateway.Sessions;
using Microsoft.AspNetCore.Http.Features;

namespace GameCluster.Gateway.Connections;

/// <summary>Turns an HTTP request on the client port into a connection, if there is room and the gateway serves.</summary>
internal sealed class ClientEndpoint(ConnectionTable connections, SessionContext sessions, GatewayState state, GatewayMetrics metrics)
{
    private static readonly string[] Paths = ["/", "/ws"];

    /// <summary>Whether this request is a client that wants a WebSocket.</summary>
    public static bool Matches(HttpContext context) => context.WebSockets.IsWebSocketRequest && Array.IndexOf(Paths, context.Request.Path.Value) >= 0;

    public async Task HandleAsync(HttpContext context)
    {
        if (!IsAllowed(context))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "this origin may not connect; an operator can list it in GameCluster:Gateway:AllowedOrigins");
            return;
        }

        if (FindProblem() is { } problem)
        {
            context.Response.Headers.RetryAfter = $"{(int)Math.Ceiling(sessions.Admission.Hint.TotalSeconds)}";
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, problem);
            return;
        }

        try
        {
            await ServeAsync(context);
        }
        finally
        {
            connections.Leave();
        }
    }

    /// <summary>Why this client cannot be taken now; null if it has a place, which is to be given back.</summary>
    private string? FindProblem()
    {
        if (!state.IsServing)
        {
            return "not serving";
        }

        if (sessions.Watch.IsShortOfMemory)
        {
            return "short of memory";
        }

        return sessions.Admission.TrySendAway() ? "too many clients at once"
            : connections.TryEnter(sessions.Options.Value.MaxConnections) ? null
            : "too many connections";
    }

    private async Task ServeAsync(HttpContext context)
    {
        // The connection sends pings itself: here it would be a timer for each.
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { KeepAliveInterval = TimeSpan.Zero });
        var stream = ((GatheringUpgrade)context.Features.GetRequiredFeature<IHttpUpgradeFeature>()).Stream!;
        var connection = new Connection(socket, stream, $"{context.Connection.RemoteIpAddress}:{context.Connection.RemotePort}", sessions, context.RequestAborted);
        connections.Add(connection);
        metrics.OnConnectionOpened();
        try
        {
            await connection.RunAsync();
        }
        finally
        {
            connections.Remove(connection);
            metrics.OnConnectionClosed(connection.ClosedWith ?? CloseCode.Normal);
        }
    }

    private bool IsAllowed(HttpContext context)
    {
        var allowed = sessions.Options.Value.AllowedOrigins;
        return allowed.Length == 0
            || context.Request.Headers.Origin is not [{ } origin]
            || Array.Exists(allowed, candidate => string.Equals(candidate, origin, StringComparison.OrdinalIgnoreCase));
    }

    private static Task RefuseAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(text);
    }
}
