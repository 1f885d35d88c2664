using System.Net;
using System.Net.WebSockets;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.EndToEnd;

/// <summary>What a client gets that asks for more than it may have.</summary>
internal sealed class LimitTests
{
    private const int Echo = 40000;

    [SetUp]
    public Task WaitForAnEmptyServerAsync() => Servers.Strict.MetricReachesAsync(0, "gamecluster_connections");

    [Test]
    public async Task Connect_BeyondTheLimit_IsRefusedUntilSomebodyLeaves()
    {
        var sockets = new List<GameSocket>();
        for (var i = 0; i < Servers.MaxConnections; i++)
        {
            sockets.Add(await Servers.Strict.ConnectAsync());
        }

        using (var refused = await ProtocolTests.UpgradeAsync(Servers.Strict, ""))
        {
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(refused.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
        }

        await sockets[0].CloseAsync();
        await Wait.UntilAsync(
            async () =>
            {
                using var response = await ProtocolTests.UpgradeAsync(Servers.Strict, "");
                return response.StatusCode == HttpStatusCode.SwitchingProtocols;
            },
            TimeSpan.FromSeconds(5),
            "the place of a client that has left to be free");
        sockets.ForEach(static socket => socket.Abort());
    }

    [Test]
    public async Task Silence_ForTooLong_IsClosedAndToldToTheServices()
    {
        await using var socket = await Servers.Strict.ConnectAsync();
        var session = await socket.SessionIdAsync();

        Assert.That((await socket.ReceiveCloseAsync()).Code, Is.EqualTo(1000));
        Assert.That(await Servers.Strict.NoticesAsync(session, 1), Is.EqualTo(new[] { "tests.session" }));
    }

    [Test]
    public async Task Send_ToAHandlerThatNeverEnds_IsOfUnknownOutcome()
    {
        await using var socket = await Servers.Strict.ConnectAsync();

        Assert.That((await socket.RequestAsync(MessageIds.Never)).Code, Is.EqualTo(504));
        Assert.That((await socket.RequestAsync(10000)).Code, Is.EqualTo(200));
    }

    [Test]
    public async Task Receive_ByAClientThatDoesNotRead_CostsOnlyThatClient()
    {
        await using var slow = await Servers.Strict.ConnectAsync();
        await using var other = await Servers.Strict.ConnectAsync();
        var flood = FloodAsync(slow);
        while (!flood.IsCompleted)
        {
            Assert.That((await other.RequestAsync(10000)).Code, Is.EqualTo(200));
        }

        await flood;
        await Servers.Strict.MetricReachesAsync(1, "gamecluster_connections_closed_total", "code=\"4008\"");
        Assert.That((await other.RequestAsync(10000)).Code, Is.EqualTo(200));
        await Servers.Strict.MetricReachesAsync(0, "gamecluster_send_queued_bytes");
    }

    /// <summary>Asks for more and more without reading, until the server has had enough.</summary>
    private static async Task FloodAsync(GameSocket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var frame = GameSocket.Encode(Echo, new byte[32 * 1024]);
        try
        {
            while (true)
            {
                await socket.Socket.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, limit.Token);
            }
        }
        catch (WebSocketException)
        {
            // The server has closed.
        }
    }
}
