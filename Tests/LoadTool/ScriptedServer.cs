using System.Net;
using System.Net.WebSockets;
using GameCluster.LoadTest.Echo;
using GameCluster.LoadTest.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace GameCluster.Tests.LoadTool;

/// <summary>A real WebSocket server on a free port whose behaviour on a connection is the test's.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedServer(WebApplication app) => _app = app;

    public Uri Url => EchoServer.Url(_app);

    public static async Task<ScriptedServer> StartAsync(Func<WebSocket, CancellationToken, Task> converse)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            try
            {
                await converse(socket, app.Lifetime.ApplicationStopping);
                if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                }
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException)
            {
                // The tool closed the connection: the conversation is over.
            }
        });
        await app.StartAsync();
        return new ScriptedServer(app);
    }

    /// <summary>A server that answers the n-th request of a connection, counted from 0, with what <paramref name="reply"/> says.</summary>
    public static Task<ScriptedServer> AnsweringAsync(Func<int, byte[], IEnumerable<byte[]>> reply) => StartAsync(async (socket, stopping) =>
    {
        for (var n = 0; await ReceiveAsync(socket, stopping) is { } request; n++)
        {
            foreach (var message in reply(n, request))
            {
                await SendAsync(socket, message, stopping);
            }
        }
    });

    /// <returns>The next message; null when the client closes.</returns>
    public static async Task<byte[]?> ReceiveAsync(WebSocket socket, CancellationToken cancellation)
    {
        var buffer = new byte[1 << 18];
        var count = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(count), cancellation);
            count += part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            if (part.EndOfMessage)
            {
                return buffer[..count];
            }
        }
    }

    public static Task SendAsync(WebSocket socket, byte[] message, CancellationToken cancellation) =>
        socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, cancellation);

    public static byte[] Frame(int messageId, byte[] body)
    {
        var frame = new byte[GameFrame.HeaderBytes + body.Length];
        GameFrame.WriteHeader(frame, messageId, body.Length);
        body.CopyTo(frame, GameFrame.HeaderBytes);
        return frame;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
