using System.Net;
using System.Net.Sockets;
using GameCluster.LoadTest.Connections;
using GameCluster.LoadTest.Echo;
using GameCluster.LoadTest.Listening;

namespace GameCluster.Tests.LoadTool;

[CancelAfter(60_000)]
internal sealed class ConnectorTests
{
    [Test]
    public async Task Open_MoreConnectionsThanPortsToLoopback_TakesFurtherSourceAddresses(CancellationToken cancellation)
    {
        await using var server = await EchoServer.StartAsync(0, zeroByteReads: true, cancellation);
        var connector = new Connector(new ConnectionSettings { Urls = [EchoServer.Url(server)], Count = 40_001 });
        var sources = new List<IPAddress>();

        foreach (var index in new[] { 0, 19_999, 20_000, 40_000 })
        {
            var open = await connector.OpenAsync(index, index + 1, Listen, cancellation);
            await connector.CloseAsync(open);
        }

        Assert.That(connector.FailureCount, Is.Zero, string.Join("; ", connector.Failures.Keys));
        Assert.That(sources.Select(source => source.ToString()), Is.EqualTo(new[] { "127.0.0.1", "127.0.0.1", "127.0.0.2", "127.0.0.3" }));

        ListeningConnection Listen(Socket socket)
        {
            sources.Add(((IPEndPoint)socket.LocalEndPoint!).Address);
            return new ListeningConnection(socket, pushes: null);
        }
    }

    [Test]
    public async Task Open_SeveralUrls_SpreadsConnections(CancellationToken cancellation)
    {
        await using var first = await EchoServer.StartAsync(0, zeroByteReads: true, cancellation);
        await using var second = await EchoServer.StartAsync(0, zeroByteReads: true, cancellation);
        Uri[] urls = [EchoServer.Url(first), EchoServer.Url(second)];
        var connector = new Connector(new ConnectionSettings { Urls = urls, Count = 4 });
        var ports = new System.Collections.Concurrent.ConcurrentBag<int>();

        var open = await connector.OpenAsync(
            0,
            4,
            socket =>
            {
                ports.Add(((IPEndPoint)socket.RemoteEndPoint!).Port);
                return new ListeningConnection(socket, pushes: null);
            },
            cancellation);
        await connector.CloseAsync(open);

        Assert.That(ports, Is.EquivalentTo(new[] { urls[0].Port, urls[0].Port, urls[1].Port, urls[1].Port }));
    }

    [Test]
    public async Task Open_NotAWebSocketEndpoint_KeepsTheReason(CancellationToken cancellation)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answer = AnswerAsync(listener, cancellation);
        var connector = new Connector(new ConnectionSettings { Urls = [new Uri($"ws://{listener.LocalEndpoint}/game")] });

        var open = await connector.OpenAsync(0, 1, socket => new ListeningConnection(socket, pushes: null), cancellation);
        await answer;

        Assert.That(open, Is.Empty);
        Assert.That(connector.Failures.Single().Key, Does.Contain("/game").And.Contain("404 Not Found"));
    }

    private static async Task AnswerAsync(TcpListener listener, CancellationToken cancellation)
    {
        using var socket = await listener.AcceptSocketAsync(cancellation);
        await socket.ReceiveAsync(new byte[1024], cancellation);
        await socket.SendAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), cancellation);
    }
}
