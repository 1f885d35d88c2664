using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace GameCluster.Tests.Client;

/// <summary>A network between a client and a gateway that can be cut: connections end without a close frame, as when a phone changes its network.</summary>
internal sealed class TcpCutter : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();
    private readonly int _target;
    private readonly Task _accepting;
    private readonly Lock _gate = new();
    private TaskCompletionSource? _passed;
    private int _toPass;
    private volatile bool _isDown;

    public TcpCutter(int target)
    {
        _target = target;
        _listener.Start();
        Address = new Uri($"ws://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect.</summary>
    public Uri Address { get; }

    /// <summary>How many connections there were.</summary>
    public int Accepted { get; private set; }

    /// <summary>Completes when so many more bytes have gone through, in either direction.</summary>
    public Task PassesAsync(int bytes)
    {
        lock (_gate)
        {
            _passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _toPass = bytes;
            return _passed.Task;
        }
    }

    /// <summary>Cuts what there is; new connections go through.</summary>
    public void Cut()
    {
        foreach (var socket in _sockets.Keys)
        {
            Abort(socket);
        }
    }

    /// <summary>Cuts what there is and what comes.</summary>
    public void TakeDown()
    {
        _isDown = true;
        Cut();
    }

    public void BringUp() => _isDown = false;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        TakeDown();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                Accepted++;
                _ = ConnectAsync(client);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // The listener was stopped.
        }
    }

    private async Task ConnectAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _sockets[client] = _sockets[server] = true;
        try
        {
            if (!_isDown)
            {
                (client.NoDelay, server.NoDelay) = (true, true);
                await server.ConnectAsync(IPAddress.Loopback, _target);
                await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Cut, or the gateway is not there.
        }
        finally
        {
            Abort(client);
            Abort(server);
            _sockets.TryRemove(client, out _);
            _sockets.TryRemove(server, out _);
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                await to.SendAsync(buffer.AsMemory(0, count));
                OnPassed(count);
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    private void OnPassed(int bytes)
    {
        lock (_gate)
        {
            _toPass -= bytes;
            if (_toPass <= 0)
            {
                _passed?.TrySetResult();
            }
        }
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
