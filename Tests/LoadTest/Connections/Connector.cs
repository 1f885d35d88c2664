using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace GameCluster.LoadTest.Connections;

/// <summary>Opens connections at a bounded rate and keeps what failed.</summary>
internal sealed class Connector(ConnectionSettings settings)
{
    /// <summary>One loopback address has about 28,000 ports for outgoing connections; the next address is taken before they run out.</summary>
    private const int ConnectionsPerAddress = 20_000;
    private const int LongestHandshakeQueue = 256;
    private const int LoopbackAddresses = 250;

    private readonly ConcurrentDictionary<string, int> _failures = new();

    /// <summary>What went wrong, and how often.</summary>
    public IReadOnlyDictionary<string, int> Failures => _failures;

    public int FailureCount => _failures.Values.Sum();

    /// <summary>Opens connections <paramref name="first"/> up to <paramref name="end"/> (exclusive), opening messages included.</summary>
    /// <returns>The open ones; the others are in <see cref="Failures"/>.</returns>
    public async Task<IReadOnlyList<T>> OpenAsync<T>(int first, int end, Func<Socket, T> create, CancellationToken cancellation)
        where T : GameConnection
    {
        var open = new ConcurrentBag<(int Index, T Connection)>();
        using var handshakes = new SemaphoreSlim(LongestHandshakeQueue);
        var attempts = new List<Task>(end - first);
        var started = Stopwatch.GetTimestamp();
        for (var i = first; i < end; i++)
        {
            var early = TimeSpan.FromSeconds((double)(i - first) / settings.ConnectRate) - Stopwatch.GetElapsedTime(started);
            if (early > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(early, cancellation);
            }

            await handshakes.WaitAsync(cancellation);
            attempts.Add(TryOpenAsync(i, create, open, handshakes, cancellation));
        }

        // The last one completes on a socket event thread, where the caller must not go on.
        await Task.WhenAll(attempts).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return [.. open.OrderBy(entry => entry.Index).Select(entry => entry.Connection)];
    }

    /// <summary>Closes connections in order and gives the servers a moment to answer.</summary>
    public async Task CloseAsync(IReadOnlyList<GameConnection> connections)
    {
        foreach (var connection in connections)
        {
            connection.BeginClose();
        }

        await Task.WhenAny(Task.WhenAll(connections.Select(connection => connection.Ended)), Task.Delay(settings.Timeout))
            .ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        foreach (var connection in connections)
        {
            connection.Dispose();
        }
    }

    private async Task TryOpenAsync<T>(
        int index, Func<Socket, T> create, ConcurrentBag<(int Index, T Connection)> open, SemaphoreSlim handshakes, CancellationToken cancellation)
        where T : GameConnection
    {
        T? connection = null;
        try
        {
            connection = await ConnectAsync(index, create, cancellation);
            await SendOpeningAsync(connection, index, cancellation);
            open.Add((index, connection));
        }
        catch (Exception e) when (e is SocketException or IOException or TimeoutException
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            connection?.Dispose();
            var message = e is OperationCanceledException ? $"no connection within {settings.Timeout.TotalSeconds} s" : e.Message;
            _failures.AddOrUpdate(message, 1, (_, count) => count + 1);
        }
        finally
        {
            handshakes.Release();
        }
    }

    private async Task<T> ConnectAsync<T>(int index, Func<Socket, T> create, CancellationToken cancellation)
        where T : GameConnection
    {
        var url = settings.Urls[index % settings.Urls.Count];
        return await Dialer.ConnectAsync(url, settings.Timeout, (socket, address) => BindSource(socket, address, index), create, cancellation);
    }

    private void BindSource(Socket socket, IPAddress server, int index)
    {
        if (settings.Count > ConnectionsPerAddress && IPAddress.IsLoopback(server) && server.AddressFamily == AddressFamily.InterNetwork)
        {
            var last = (byte)(1 + (index / ConnectionsPerAddress % LoopbackAddresses));
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, last]), 0));
        }
    }

    private async Task SendOpeningAsync(GameConnection connection, int index, CancellationToken cancellation)
    {
        foreach (var message in settings.Opening)
        {
            if (!await connection.OpenAsync(message, index, settings.Timeout, cancellation))
            {
                throw new IOException($"opening message {message.MessageId} was refused, or the server closed the connection (code {connection.CloseCode})");
            }
        }
    }
}
