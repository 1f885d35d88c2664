using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using GameCluster.LoadTest.Connections;

namespace GameCluster.LoadTest.Protocol;

/// <summary>The HTTP/1.1 upgrade of a connected socket (RFC 6455, section 4.1).</summary>
internal static class WebSocketHandshake
{
    private const int LongestResponse = 8192;
    private const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <returns>The bytes that came behind the response: the beginning of the first frames.</returns>
    /// <exception cref="IOException">The server did not switch to the WebSocket protocol.</exception>
    public static async Task<byte[]> UpgradeAsync(Socket socket, Uri url, CancellationToken cancellation)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        var request = $"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), cancellation);

        var buffer = new byte[LongestResponse];
        var received = 0;
        int end;
        while ((end = buffer.AsSpan(0, received).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(received), cancellation);
            if (read == 0)
            {
                throw new IOException($"{url} closed the connection or sent more than {LongestResponse} bytes instead of an upgrade response.");
            }

            received += read;
        }

        Check(url, key, Encoding.ASCII.GetString(buffer, 0, end));
        return buffer[(end + 4)..received];
    }

    private static string? FindHeader(string[] lines, string name) =>
        Array.Find(lines, line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    private static void Check(Uri url, string key, string response)
    {
        var lines = response.Split("\r\n");
        if (lines[0].StartsWith("HTTP/1.1 503", StringComparison.Ordinal) && FindHeader(lines, "Retry-After") is { } header && int.TryParse(header, out var seconds))
        {
            throw new ServerBusyException($"{url} takes no further connections for {seconds} s.", TimeSpan.FromSeconds(seconds));
        }

        if (!lines[0].StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
        {
            throw new IOException($"{url} answered the upgrade with '{lines[0]}'; it should answer 101. Is the path a WebSocket endpoint?");
        }

        var accept = FindHeader(lines, "Sec-WebSocket-Accept");
#pragma warning disable CA5350 // RFC 6455 prescribes SHA-1 here; it guards against confused caches, not against attackers.
        var expected = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptSuffix)));
#pragma warning restore CA5350
        if (accept != expected)
        {
            throw new IOException($"{url} answered the upgrade with '{accept}'; expected was the accept value '{expected}'.");
        }
    }
}
