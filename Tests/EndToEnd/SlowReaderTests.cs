using System.Net.WebSockets;
using System.Text.Json;
using GameCluster.Gateway.Protocol;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.EndToEnd;

/// <summary>A client of version 1 that does not read loses its connection and keeps its session.</summary>
internal sealed class SlowReaderTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Push_ToAClientThatDoesNotRead_ClosesAConnectionThatCanBeResumed()
    {
        await using var sender = await SessionSocket.ConnectAsync(Servers.Default.ClientUri);
        await using var slow = await SessionSocket.ConnectAsync(Servers.Default.ClientUri);
        var before = await ClosedAsync();
        var flood = JsonSerializer.Serialize(new { session = slow.Session, text = new string('x', 40_000) });

        await Wait.UntilAsync(
            async () =>
            {
                for (var i = 0; i < 20; i++)
                {
                    await sender.RequestAsync(MessageIds.PushTo, flood);
                }

                return await ClosedAsync() > before;
            },
            Limit,
            "the slow reader to be closed");
        await AssertClosedAsync(slow);

        await using var socket = await SessionSocket.ResumeAsync(Servers.Default.ClientUri, slow);
        await sender.RequestAsync(MessageIds.PushTo, JsonSerializer.Serialize(new { session = slow.Session, text = "again" }));
        SessionReceived push;
        do
        {
            push = await socket.NextAsync(MessageIds.Pushed);
        }
        while (push["text"].GetString() != "again");

        Assert.That((socket.Resumed, push.Kind), Is.EqualTo((true, SessionFrame.Push)));
    }

    private static Task<double> ClosedAsync() => Servers.Default.MetricAsync("gamecluster_connections_closed_total", "code=\"4008\"");

    /// <summary>The server does not wait long for its close to be read.</summary>
    private static async Task AssertClosedAsync(SessionSocket socket)
    {
        try
        {
            Assert.That((await socket.ReceiveCloseAsync()).Code, Is.EqualTo(4008));
        }
        catch (WebSocketException)
        {
            socket.Abort();
        }
    }
}
