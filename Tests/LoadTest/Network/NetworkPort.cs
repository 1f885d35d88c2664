using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace GameCluster.LoadTest.Network;

/// <summary>A port in front of a process: passes connections on, as the gates of caller and process let it.</summary>
internal sealed class NetworkPort : IAsyncDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();
    private readonly int _target;
    private readonly Func<Socket, (LinkGate There, LinkGate Back)> _gatesOf;
    private readonly Task _accepting;

    public NetworkPort(int target, Func<Socket, (LinkGate There, LinkGate Back)> gatesOf)
    {
        _target = target;
        _gatesOf = gatesOf;
        _listener.Start();
        Number = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Number { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        foreach (var socket in _sockets.Keys)
        {
            Abort(socket);
        }

        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                _ = PassOnAsync(client);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // The listener was stopped.
        }
    }

    private async Task PassOnAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets[client] = _sockets[server] = true;
        try
        {
            (client.NoDelay, server.NoDelay) = (true, true);
            var (there, back) = _gatesOf(client);
            await there.PassAsync();
            await back.PassAsync();
            await server.ConnectAsync(IPAddress.Loopback, _target);
            var ended = await Task.WhenAny(PumpAsync(client, server, there), PumpAsync(server, client, back));
            await ended;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the two is not there any more.
        }
        finally
        {
            Abort(client);
            Abort(server);
            _sockets.TryRemove(client, out _);
            _sockets.TryRemove(server, out _);
        }
    }

    /// <summary>Ends with the connection; also its end passes only through an open gate.</summary>
    private static async Task PumpAsync(Socket from, Socket to, LinkGate gate)
    {
        var buffer = new byte[BufferSize];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                await gate.PassAsync();
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Cut.
        }

        await gate.PassAsync();
    }

    private static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It is down already.
        }

        socket.Close();
    }
}
