using System.Text.Json;
using GameCluster.Gateway.Protocol;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.EndToEnd;

/// <summary>Messages sent right behind the one that makes them allowed: a login, or the way into a room.</summary>
internal sealed class PipeliningTests
{
    private const int LogIn = 1000;

    [Test]
    public async Task LogIn_WithMessagesBehindIt_TheyAreThePlayers()
    {
        await using var socket = await Servers.Default.ConnectAsync();
        var name = $"{Guid.NewGuid():N}";

        await socket.SendRawAsync([.. Frame(LogIn, new { name }), .. Frame(MessageIds.Member), .. Frame(MessageIds.Visit), .. Frame(MessageIds.Member)]);

        Assert.That((await socket.ReceiveAsync()).MessageId, Is.EqualTo(LogIn));
        var answers = new List<ReceivedFrame> { await socket.ReceiveAsync(), await socket.ReceiveAsync(), await socket.ReceiveAsync() };
        Assert.That(answers.Select(static answer => answer.MessageId), Is.EquivalentTo(new[] { MessageIds.Member, MessageIds.Member, MessageIds.Visit }));
        Assert.That(answers.Select(static answer => answer.Text), Is.All.Contains(name));
    }

    [Test]
    public async Task LogIn_OfVersion1WithMessagesBehindIt_TheyAreThePlayers()
    {
        await using var socket = await SessionSocket.ConnectAsync(Servers.Default.ClientUri);
        var name = $"{Guid.NewGuid():N}";

        await socket.SendRawAsync([.. Request(1, LogIn, new { name }), .. Request(2, MessageIds.Visit), .. Request(3, MessageIds.Member)]);

        Assert.That((await socket.ReceiveAsync()).Number, Is.EqualTo(1));
        var answers = new List<SessionReceived> { await socket.ReceiveAsync(), await socket.ReceiveAsync() };
        Assert.That(answers.Select(static answer => (answer.Kind, answer.Number)), Is.EquivalentTo(new[] { (SessionFrame.Reply, 2u), (SessionFrame.Reply, 3u) }));
    }

    [Test]
    public async Task Join_WithWordsBehindIt_TheyAreHeardInTheRoom()
    {
        await using var socket = await Servers.Default.ConnectAsync();

        await socket.SendRawAsync([.. Frame(MessageIds.Join, new { room = $"{Guid.NewGuid():N}" }), .. Frame(MessageIds.Say, new { text = "a" }), .. Frame(MessageIds.Say, new { text = "b" })]);

        Assert.That((await socket.ReceiveAsync()).MessageId, Is.EqualTo(MessageIds.Join));

        // Two replies, and what was said, which reaches the speaker too.
        var frames = new List<ReceivedFrame>();
        for (var i = 0; i < 4; i++)
        {
            frames.Add(await socket.ReceiveAsync());
        }

        Assert.That(frames.Where(static frame => frame.MessageId == MessageIds.Say).Select(static frame => frame.Text), Is.EqualTo(new[] { """{"count":1}""", """{"count":1}""" }));
        Assert.That(frames.Where(static frame => frame.MessageId == MessageIds.Said).Select(static frame => frame["text"].GetString()![^1]), Is.EqualTo(new[] { 'a', 'b' }));
    }

    [Test]
    public async Task Send_WhatNothingBeforeItAllows_IsRefusedInItsTurn()
    {
        await using var socket = await Servers.Default.ConnectAsync();

        await socket.SendRawAsync([.. Frame(MessageIds.Delay, new { milliseconds = 200 }), .. Frame(MessageIds.Member), .. Frame(MessageIds.Count), .. Frame(MessageIds.Say, new { text = "?" })]);

        Assert.That((await socket.ReceiveAsync()).MessageId, Is.EqualTo(MessageIds.Delay));
        var refused = await socket.ReceiveAsync();
        Assert.That((refused.MessageId, refused.Code), Is.EqualTo((MessageIds.Member, 401)));
        Assert.That((await socket.ReceiveAsync())["count"].GetInt32(), Is.EqualTo(1));
        Assert.That((await socket.ReceiveAsync()).Code, Is.EqualTo(409));
    }

    [Test]
    public async Task Send_MoreThanMayWait_IsAnsweredAllTheSame()
    {
        const int Count = 2000;
        await using var socket = await Servers.Default.ConnectAsync();

        await socket.SendAsync(MessageIds.Delay, """{"milliseconds":200}""");
        await socket.SendRawAsync([.. Enumerable.Range(0, Count).SelectMany(static _ => Frame(MessageIds.Member))]);
        await socket.SendAsync(MessageIds.Count);

        Assert.That((await socket.ReceiveAsync()).MessageId, Is.EqualTo(MessageIds.Delay));
        for (var i = 0; i < Count; i++)
        {
            Assert.That((await socket.ReceiveAsync()).Code, Is.EqualTo(401));
        }

        Assert.That((await socket.ReceiveAsync())["count"].GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task End_WithMessagesThatWait_LeavesNothing()
    {
        await using var socket = await Servers.Default.ConnectAsync();
        var session = await socket.SessionIdAsync();
        await socket.SendRawAsync([.. Frame(MessageIds.Delay, new { milliseconds = 300 }), .. Frame(MessageIds.Member), .. Frame(MessageIds.Count)]);
        await socket.CloseAsync();

        var notices = await Servers.Default.NoticesAsync(session, 3);

        Assert.That(notices, Is.EquivalentTo(new[] { "tests.session", "tests.slow delayed", "tests.slow" }));
        await Servers.Default.MetricReachesAsync(0, "gamecluster_sessions_ending");
    }

    private static byte[] Frame(int messageId, object? body = null) => GameSocket.Encode(messageId, JsonSerializer.SerializeToUtf8Bytes(body ?? new { }));

    private static byte[] Request(uint number, int messageId, object? body = null) => SessionSocket.Encode(SessionFrame.Request, number, messageId, JsonSerializer.Serialize(body ?? new { }));
}
