using System.Buffers;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace GameCluster.LoadTest.Echo;

/// <summary>
/// The baseline: a Kestrel WebSocket server that sends back the bytes it received and does nothing else. What a game server adds to this
/// is what its own work costs.
/// </summary>
internal static class EchoServer
{
    private const int BufferBytes = 4096;

    /// <summary>Starts on a port of 127.0.0.1.</summary>
    /// <param name="port">0 for a free one; <see cref="Url"/> tells which.</param>
    /// <param name="zeroByteReads">Wait for data without a buffer: connections that are silent then hold none, for one more call per message.</param>
    public static Task<WebApplication> StartAsync(int port, bool zeroByteReads, CancellationToken cancellation) =>
        StartAsync(port, (socket, stopping) => EchoAsync(socket, zeroByteReads, stopping), cancellation);

    /// <summary>Starts one that writes each message it receives to every connection, from one loop.</summary>
    /// <param name="port">0 for a free one.</param>
    public static Task<WebApplication> StartFanOutAsync(int port, CancellationToken cancellation) => StartAsync(port, new FanOut().ServeAsync, cancellation);

    public static Uri Url(WebApplication server)
    {
        var addresses = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new UriBuilder(addresses.First()) { Scheme = "ws" }.Uri;
    }

    private static async Task<WebApplication> StartAsync(int port, Func<WebSocket, CancellationToken, Task> serve, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1));
        var app = builder.Build();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        app.Run(context => HandleAsync(context, serve, app.Lifetime.ApplicationStopping));
        await app.StartAsync(cancellation);
        return app;
    }

    private static async Task HandleAsync(HttpContext context, Func<WebSocket, CancellationToken, Task> serve, CancellationToken stopping)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        try
        {
            await serve(socket, stopping);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stopping);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The client has gone, or the server is stopping: nobody is left to answer.
        }
    }

    private static async Task EchoAsync(WebSocket socket, bool zeroByteReads, CancellationToken stopping)
    {
        var own = zeroByteReads ? null : new byte[BufferBytes];
        while (true)
        {
            if (own is null)
            {
                await socket.ReceiveAsync(Memory<byte>.Empty, stopping);
            }

            var buffer = own ?? ArrayPool<byte>.Shared.Rent(BufferBytes);
            var received = await socket.ReceiveAsync(buffer.AsMemory(), stopping);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, stopping);
            if (own is null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
