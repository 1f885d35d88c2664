using System.Diagnostics.Metrics;
using System.Net.WebSockets;
using GameCluster.Gateway.Connections;
using GameCluster.Gateway.Diagnostics;
using GameCluster.Gateway.Protocol;
using GameCluster.Gateway.Sessions;
using GameCluster.Services;
using Microsoft.Extensions.DependencyInjection;

namespace GameCluster.Tests.Connections;

/// <summary>What becomes of frames for a client that does not read, on a socket that lets nothing through until it does.</summary>
internal sealed class FrameSenderTests
{
    private const int MaxFrames = 4;
    private const int SharedBytes = 16 * 1024;

    private ServiceProvider _services;
    private NarrowSocket _socket;
    private GatewayOptions _limits;
    private FrameSender _sender;

    [SetUp]
    public void Open()
    {
        _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        _socket = new NarrowSocket();
        _limits = new GatewayOptions { SendQueueFrames = MaxFrames };
        _sender = new FrameSender(_socket.Server, _socket.Stream, _limits, new GatewayMetrics(_services.GetRequiredService<IMeterFactory>()), TimeProvider.System);
    }

    [TearDown]
    public void Close()
    {
        _socket.Dispose();
        _services.Dispose();
    }

    [Test]
    public async Task Send_OfAReliableFrameToAFullQueue_DropsTheDroppableFirst()
    {
        Send(1);
        Send(2, DeliveryClass.Droppable);
        Send(3);
        Send(4, DeliveryClass.Droppable);
        Send(5);

        Assert.That(Send(6), Is.EqualTo(SendResult.Queued));
        Assert.That(await ReceiveAsync(4), Is.EqualTo(new[] { 1, 3, 5, 6 }));
    }

    [Test]
    public async Task Ping_WhileAFrameIsUnderWay_IsLeft()
    {
        Send(1);
        Assert.That(_socket.Stream.TryPing(), Is.False);

        await ReceiveAsync(1);
        Assert.That(() => _socket.Stream.TryPing(), Is.True.After(5000, 10));
    }

    [Test]
    public async Task Send_WhileAPingIsUnderWay_FollowsIt()
    {
        Assert.That(_socket.Stream.TryPing(), Is.True);
        Send(1);
        Send(2);

        Assert.That(await ReceiveAsync(2), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Send_OfADroppableFrameToAFullQueue_DropsItself()
    {
        Send(1);
        for (var id = 2; id <= MaxFrames + 1; id++)
        {
            Send(id);
        }

        Assert.That(Send(9, DeliveryClass.Droppable), Is.EqualTo(SendResult.Queued));
        Assert.That(await ReceiveAsync(MaxFrames + 1), Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
        Send(10);
        Assert.That(await ReceiveAsync(1), Is.EqualTo(new[] { 10 }));
    }

    [Test]
    public async Task Send_OfALatestFrame_ReplacesTheOneOfTheSameKeyThatWaits()
    {
        Send(1);
        Send(2, DeliveryClass.Latest, "a", body: 1);
        Send(2, DeliveryClass.Latest, "b", body: 2);
        Send(3, DeliveryClass.Latest, "a", body: 3);
        Send(2, DeliveryClass.Latest, "a", body: 4);

        Assert.That(await ReceiveFramesAsync(4), Is.EqualTo(new[] { (1, 0), (2, 2), (3, 3), (2, 4) }));
    }

    [Test]
    public void Send_OfMoreReliableFramesThanFit_FindsASlowConsumer()
    {
        for (var id = 1; id <= MaxFrames + 1; id++)
        {
            Assert.That(Send(id), Is.EqualTo(SendResult.Queued));
        }

        Assert.That(Send(9), Is.EqualTo(SendResult.SlowConsumer));
    }

    [Test]
    public async Task Send_OfMoreBytesThanFit_FindsASlowConsumerAndSendsWhatItTook()
    {
        _limits.SendQueueBytes = 1000;
        Send(1);
        Send(2, length: 900);

        Assert.That(Send(3, length: 100), Is.EqualTo(SendResult.SlowConsumer));
        _sender.Close((WebSocketCloseStatus)4008, "slow consumer");
        Assert.That(await ReceiveAsync(2), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(await _socket.ReceiveAsync(), Is.Null);
    }

    [Test]
    public async Task Send_OfFramesOfVersion0_GivesEachAMessage()
    {
        for (var id = 1; id <= 4; id++)
        {
            Send(id);
        }

        for (var id = 1; id <= 4; id++)
        {
            Assert.That(Cut(await _socket.ReceiveAsync(), numbered: false).Select(static frame => frame.Id), Is.EqualTo(new[] { id }));
        }
    }

    [Test]
    public async Task Send_OfFramesOfVersion1_SharesAMessageAmongThoseThatWait()
    {
        _sender.UseSessionFrames();
        for (var id = 1; id <= 4; id++)
        {
            Send(id);
        }

        Assert.That(Cut(await _socket.ReceiveAsync(), numbered: true).Select(static frame => frame.Id), Is.EqualTo(new[] { 1 }));
        Assert.That(Cut(await _socket.ReceiveAsync(), numbered: true).Select(static frame => frame.Id), Is.EqualTo(new[] { 2, 3, 4 }));
    }

    [Test]
    public async Task UseSessionFrames_WhileFramesWait_CountsThemAsTheyWillBeSent()
    {
        Send(1);
        Send(2);
        _sender.UseSessionFrames();
        Send(3);

        await _socket.ReceiveAsync();
        Assert.That(Cut(await _socket.ReceiveAsync(), numbered: true).Select(static frame => frame.Id), Is.EqualTo(new[] { 2, 3 }));
        Assert.That(_sender.QueuedBytes, Is.Zero);
    }

    [Test]
    public async Task Send_OfLargeFramesOfVersion1_SharesUpTo16KiB()
    {
        _sender.UseSessionFrames();
        Send(1);
        Send(2, length: 9_000);
        Send(3, length: 7_000);
        Send(4, length: 9_000);
        Send(5, length: 40_000);

        await _socket.ReceiveAsync();
        var lengths = new List<int>();
        var ids = new List<int[]>();
        for (var i = 0; i < 3; i++)
        {
            var message = await _socket.ReceiveAsync();
            lengths.Add(message!.Length);
            ids.Add([.. Cut(message, numbered: true).Select(static frame => frame.Id)]);
        }

        Assert.That(ids, Is.EqualTo(new[] { new[] { 2, 3 }, [4], [5] }));
        Assert.That(lengths.Take(2), Is.All.LessThanOrEqualTo(SharedBytes));
    }

    [Test]
    public async Task Uncork_OfFramesOfVersion0_SendsThemInOneWrite()
    {
        _sender.Cork();
        for (var id = 1; id <= MaxFrames; id++)
        {
            Send(id);
        }

        Assert.That(_socket.Writes, Is.Zero);
        _sender.Uncork();

        Assert.That(await ReceiveAsync(MaxFrames), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        Assert.That(_socket.Writes, Is.EqualTo(1));
        Send(5);
        Assert.That(await ReceiveAsync(1), Is.EqualTo(new[] { 5 }));
    }

    [Test]
    public async Task Send_OfMoreCorkedFramesThanFit_LetsThemGoAndFindsNoSlowConsumer()
    {
        _sender.Cork();
        for (var id = 1; id <= 2 * MaxFrames; id++)
        {
            Assert.That(Send(id), Is.EqualTo(SendResult.Queued));
        }

        _sender.Uncork();

        Assert.That(await ReceiveAsync(2 * MaxFrames), Is.EqualTo(Enumerable.Range(1, 2 * MaxFrames)));
    }

    [Test]
    public async Task Send_OfALargeCorkedFrame_LetsThoseBeforeItGo()
    {
        _sender.Cork();
        Send(1);
        Send(2, length: 20_000);

        Assert.That(await ReceiveAsync(2), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Close_WhileCorked_SendsWhatWaitsFirst()
    {
        _sender.Cork();
        Send(1);
        Send(2);
        _sender.Close(WebSocketCloseStatus.NormalClosure, "");
        _sender.Uncork();

        Assert.That(await ReceiveAsync(2), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(await _socket.ReceiveAsync(), Is.Null);
    }

    [Test]
    public async Task Send_OfFramesThatWaitForTheClient_GathersThem()
    {
        for (var id = 1; id <= MaxFrames + 1; id++)
        {
            Send(id);
        }

        Assert.That(await ReceiveAsync(MaxFrames + 1), Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
        Assert.That(_socket.Writes, Is.EqualTo(2));
    }

    private SendResult Send(int id, DeliveryClass @class = DeliveryClass.Reliable, string? key = null, byte body = 0, int length = 1)
    {
        var bytes = new byte[length];
        bytes[0] = body;
        return _sender.Send(new OutgoingFrame(id, bytes, new SessionFrame(SessionFrame.Push, 0, 0, 0), @class, key));
    }

    private async Task<int[]> ReceiveAsync(int count) => [.. (await ReceiveFramesAsync(count)).Select(static frame => frame.Id)];

    private async Task<(int Id, int Body)[]> ReceiveFramesAsync(int count)
    {
        var frames = new List<(int, int)>();
        while (frames.Count < count)
        {
            frames.AddRange(Cut(await _socket.ReceiveAsync(), numbered: false));
        }

        return [.. frames];
    }

    private static IReadOnlyList<(int Id, int Body)> Cut(byte[]? message, bool numbered)
    {
        var reader = new FrameReader(64 * 1024);
        if (numbered)
        {
            reader.UseSessionFrames();
        }

        var frames = new List<(int, int)>();
        ReadOnlySpan<byte> bytes = message;
        while (reader.Read(ref bytes, out var frame) == FrameReadResult.Frame)
        {
            frames.Add((frame.MessageId, frame.Body[0]));
        }

        return frames;
    }
}
