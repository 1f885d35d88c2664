using System.Net;
using System.Net.Sockets;
using GameCluster.LoadTest.Protocol;

namespace GameCluster.LoadTest.Connections;

/// <summary>Opens one connection.</summary>
internal static class Dialer
{
    /// <param name="prepare">Told of the socket and the server's address before it connects.</param>
    /// <returns>A connection that receives already.</returns>
    /// <exception cref="IOException">The server did not upgrade.</exception>
    /// <exception cref="SocketException">It could not be reached.</exception>
    /// <exception cref="OperationCanceledException">Not in time, or cancelled.</exception>
    public static async Task<T> ConnectAsync<T>(
        Uri url, TimeSpan timeout, Action<Socket, IPAddress>? prepare, Func<Socket, T> create, CancellationToken cancellation)
        where T : SocketConnection
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        var address = (await Dns.GetHostAddressesAsync(url.DnsSafeHost, limit.Token))[0];
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            prepare?.Invoke(socket, address);
            await socket.ConnectAsync(new IPEndPoint(address, url.Port), limit.Token);
            var early = await WebSocketHandshake.UpgradeAsync(socket, url, limit.Token);
            var connection = create(socket);
            connection.Start(early);
            return connection;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
