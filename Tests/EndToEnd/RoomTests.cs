using System.Text.Json;
using GameCluster.Games.Board;
using GameCluster.Gateway.Protocol;
using GameCluster.Tests.Cluster;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.EndToEnd;

/// <summary>Rooms as their clients have them: joined over a socket, heard in order and once, also across a cut of the line.</summary>
internal sealed class RoomTests
{
    private const int StreamEvent = -9;
    private const int ResyncEvent = -4;

    private const string Stroke = """{"color":1,"points":[10,10,20,20]}""";

    private static Uri Uri => Servers.Default.ClientUri;

    [Test]
    public async Task Join_OfABoard_OpensItsStreamBeforeItsFirstPush()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        var room = await CreateAsync(ann);

        var number = await ann.SendAsync(BoardMessages.Join, Json(new { room }));
        var opened = await ann.ReceiveAsync();
        var joined = await ann.AnswerAsync(number);

        Assert.That((opened.MessageId, opened["event"].GetString(), opened["stream"].GetInt32()), Is.EqualTo((StreamEvent, "opened", 1)));
        Assert.That((opened["service"].GetString(), opened["room"].GetString()), Is.EqualTo(("board", room)));
        Assert.That(joined["board"].GetProperty("members").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task List_OfBoards_ShowsMembersAndIsComplete()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        var label = $"{Guid.NewGuid():N}";
        var room = (await ann.RequestAsync(BoardMessages.Create, Json(new { label })))["room"].GetString()!;
        await JoinAsync(ann, room);

        var list = await ann.RequestAsync(BoardMessages.List, Json(new { label }));

        Assert.That(list["complete"].GetBoolean(), Is.True);
        Assert.That(list["rooms"].EnumerateArray().Select(static entry => (entry.GetProperty("room").GetString(), entry.GetProperty("members").GetInt32())), Is.EqualTo(new[] { (room, 1) }));
    }

    [Test]
    public async Task Draw_WithTwoMembers_IsNumberedForEachOfThem()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        await using var bob = await SessionSocket.ConnectAsync(Uri);
        var room = await CreateAsync(ann);
        await JoinAsync(ann, room);
        await ann.RequestAsync(BoardMessages.Draw, Stroke);

        var board = (await JoinAsync(bob, room))["board"];
        await ann.RequestAsync(BoardMessages.Draw, Stroke);
        await bob.RequestAsync(BoardMessages.Draw, Stroke);

        Assert.That(board.GetProperty("strokes").GetArrayLength(), Is.EqualTo(1), "the snapshot has what was drawn before");
        await ann.PushesAsync(4);
        await bob.PushesAsync(2);
        Assert.That(ann.Pushes.Select(static push => (push.MessageId, push.Stream, push.Number)), Is.EqualTo(new[]
        {
            (BoardMessages.Drawn, (ushort)1, 1u), (BoardMessages.Joined, (ushort)1, 2u), (BoardMessages.Drawn, (ushort)1, 3u), (BoardMessages.Drawn, (ushort)1, 4u),
        }));
        Assert.That(bob.Pushes.Select(static push => (push.MessageId, push.Stream, push.Number)), Is.EqualTo(new[]
        {
            (BoardMessages.Drawn, (ushort)1, 1u), (BoardMessages.Drawn, (ushort)1, 2u),
        }));
    }

    [Test]
    public async Task Cursor_ThatMoves_IsLiveAndTheNewestIsThereForWhoComes()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        await using var bob = await SessionSocket.ConnectAsync(Uri);
        await using var late = await SessionSocket.ConnectAsync(Uri);
        var room = await CreateAsync(ann);
        await JoinAsync(ann, room);
        await JoinAsync(bob, room);

        await bob.NotifyAsync(BoardMessages.MoveCursor, Json(new { x = 1, y = 2 }));
        var moved = await ann.NextAsync(BoardMessages.CursorMoved);
        await bob.NotifyAsync(BoardMessages.MoveCursor, Json(new { x = 3, y = 4 }));
        var again = await ann.NextAsync(BoardMessages.CursorMoved);
        await JoinAsync(late, room);
        var newest = await late.NextAsync(BoardMessages.CursorMoved);

        Assert.That((moved.Number, moved.Stream, moved["x"].GetInt32()), Is.EqualTo((0u, (ushort)1, 1)));
        Assert.That((again["x"].GetInt32(), newest["x"].GetInt32()), Is.EqualTo((3, 3)));
    }

    [Test]
    public async Task Whisper_ToOneMember_CountsForThatOneOnly()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        await using var bob = await SessionSocket.ConnectAsync(Uri);
        await EnterHallAsync(ann, bob);

        await ann.NotifyAsync(MessageIds.HallWhisper, """{"text":"to myself"}""");
        await ann.NextAsync(MessageIds.HallWhispered);
        await bob.RequestAsync(MessageIds.HallSay, """{"number":1}""");

        Assert.That((await ann.NextAsync(MessageIds.HallSaid)).Number, Is.EqualTo(2));
        Assert.That((await bob.NextAsync(MessageIds.HallSaid)).Number, Is.EqualTo(1));
    }

    [Test]
    public async Task Resume_OfAMember_BringsWhatItMissedOnceAndInOrder()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        await using var lost = await SessionSocket.ConnectAsync(Uri);
        var room = await CreateAsync(ann);
        await JoinAsync(ann, room);
        await JoinAsync(lost, room);
        await ann.RequestAsync(BoardMessages.Draw, Stroke);
        await lost.PushesAsync(1);

        lost.Abort();
        await ann.NextAsync(BoardMessages.Away);
        var drawn = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            drawn.Add((await ann.RequestAsync(BoardMessages.Draw, Stroke))["id"].GetInt32());
        }

        await using var bob = await SessionSocket.ResumeAsync(Uri, lost);
        await ann.NextAsync(BoardMessages.Back);
        drawn.Add((await ann.RequestAsync(BoardMessages.Draw, Stroke))["id"].GetInt32());
        await bob.PushesAsync(4);

        Assert.That(bob.Welcome.GetProperty("streams").EnumerateArray().Select(static stream => stream.GetProperty("room").GetString()), Is.EqualTo(new[] { room }));
        Assert.That(bob.Pushes.Select(static push => push["stroke"].GetProperty("id").GetInt32()), Is.EqualTo(drawn));
        Assert.That((await bob.RequestAsync(BoardMessages.Draw, Stroke)).Kind, Is.EqualTo(SessionFrame.Reply), "it is a member still");
    }

    [Test]
    public async Task Resume_OfAMemberThatMissedTooMuch_IsResynchronisedWithASnapshot()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        await using var lost = await SessionSocket.ConnectAsync(Uri);
        await EnterHallAsync(ann, lost);
        lost.Abort();
        for (var i = 0; i < 11; i++)
        {
            // All at once would be more than a client's queue holds.
            await ann.RequestAsync(MessageIds.HallSay, """{"number":100}""");
        }

        await using var bob = await SessionSocket.ResumeAsync(Uri, lost);
        var resync = await bob.NextAsync(ResyncEvent);
        await ann.RequestAsync(MessageIds.HallSay, """{"number":1}""");
        var next = await bob.NextAsync(MessageIds.HallSaid);

        Assert.That((resync["stream"].GetInt32(), resync["number"].GetInt32(), resync["reason"].GetString()), Is.EqualTo((1, 1100, "window")));
        Assert.That(resync["snapshot"].GetProperty("count").GetInt32(), Is.EqualTo(1100));
        Assert.That((next.Number, next["count"].GetInt32()), Is.EqualTo((1101u, 1101)));
    }

    [Test]
    public async Task Leave_OfAMember_ClosesItsStreamAndTellsTheOthers()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        await using var bob = await SessionSocket.ConnectAsync(Uri);
        var room = await CreateAsync(ann);
        await JoinAsync(ann, room);
        await JoinAsync(bob, room);

        await bob.RequestAsync(BoardMessages.Leave);
        await ann.NextAsync(BoardMessages.Left);
        await ann.RequestAsync(BoardMessages.Draw, Stroke);

        await AssertClosedAsync(bob, 1, reason: null);
        Assert.That((await bob.RequestAsync(BoardMessages.Draw, Stroke)).Code, Is.EqualTo(409));
        Assert.That(bob.Pushes, Is.Empty);
    }

    [Test]
    public async Task Join_AfterLeave_BeginsAStreamOfANewNumber()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        var room = await CreateAsync(ann);
        await JoinAsync(ann, room);
        await ann.RequestAsync(BoardMessages.Draw, Stroke);
        await ann.RequestAsync(BoardMessages.Leave);

        await JoinAsync(ann, room);
        await ann.RequestAsync(BoardMessages.Draw, Stroke);
        await ann.PushesAsync(2);

        Assert.That(ann.Pushes.Select(static push => (push.Stream, push.Number)), Is.EqualTo(new[] { ((ushort)1, 1u), ((ushort)2, 1u) }));
    }

    [Test]
    public async Task Close_OfARoom_ClosesTheStreamOfEveryMember()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        await using var bob = await SessionSocket.ConnectAsync(Uri);
        var hall = await EnterHallAsync(ann, bob);

        Assert.That((await ann.RequestAsync(MessageIds.HallClose))["text"].GetString(), Is.EqualTo("closed"));

        await AssertClosedAsync(ann, 1, reason: null);
        await AssertClosedAsync(bob, 1, reason: null);
        Assert.That((await bob.RequestAsync(MessageIds.HallSay, """{"number":1}""")).Code, Is.EqualTo(409));
        await bob.RequestAsync(MessageIds.HallEnter, Json(new { room = hall }));
        await bob.RequestAsync(MessageIds.HallSay, """{"number":1}""");
        Assert.That(((await bob.NextAsync(MessageIds.HallSaid)).Stream, bob.Pushes[^1].Number), Is.EqualTo(((ushort)2, 1u)), "a room of the same key is another");
    }

    [Test]
    public async Task Enter_AsSoonAsTheRoomHasClosed_IsHeardInTheNewRoom()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        var hall = await EnterHallAsync(ann);
        for (var round = 0; round < 30; round++)
        {
            await ann.RequestAsync(MessageIds.HallClose);

            // While the closed room is on its way out, the answer is 503.
            await Wait.UntilAsync(
                async () => (await ann.RequestAsync(MessageIds.HallEnter, Json(new { room = hall }))).Kind == SessionFrame.Reply, TimeSpan.FromSeconds(10), "the room to be open again");

            Assert.That((await ann.RequestAsync(MessageIds.HallSay, """{"number":1}""")).Kind, Is.EqualTo(SessionFrame.Reply));
            Assert.That((await ann.NextAsync(MessageIds.HallSaid)).Number, Is.EqualTo(1), $"round {round}");
        }
    }

    [Test]
    public async Task Remove_OfAMember_ClosesItsStreamOnly()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        await using var bob = await SessionSocket.ConnectAsync(Uri);
        await EnterHallAsync(ann, bob);

        await bob.RequestAsync(MessageIds.HallRemove);
        await AssertClosedAsync(bob, 1, reason: null);

        await ann.RequestAsync(MessageIds.HallSay, """{"number":1}""");
        await ann.PushesAsync(1);
        Assert.That((await bob.RequestAsync(MessageIds.HallSay, """{"number":1}""")).Code, Is.EqualTo(409));
    }

    [Test]
    public async Task End_OfASession_LeavesItsRooms([Values("close", "kick", "away")] string how)
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        await using var bob = await SessionSocket.ConnectAsync(Uri);
        var room = await CreateAsync(ann);
        await JoinAsync(ann, room);
        await JoinAsync(bob, room);

        switch (how)
        {
            case "close":
                await bob.CloseAsync();
                break;
            case "kick":
                using (await Servers.Default.Admin.PostAsync($"admin/v1/sessions/{bob.Session}/kick", null))
                {
                    Assert.That((await bob.ReceiveCloseAsync()).Code, Is.EqualTo(4000));
                    await bob.Socket.CloseOutputAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
                }

                break;
            default:
                bob.Abort();
                break;
        }

        Assert.That((await ann.NextAsync(BoardMessages.Left))["member"].GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public async Task Resume_AfterTheRoomHasClosed_SaysThatItIsGone()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        await using var lost = await SessionSocket.ConnectAsync(Uri);
        await EnterHallAsync(ann, lost);
        lost.Abort();
        await Wait.UntilAsync(
            async () => !(await Servers.Default.SessionsAsync()).Exists(session => session.GetProperty("id").GetString() == lost.Session), TimeSpan.FromSeconds(10), "the session to be away");
        await ann.RequestAsync(MessageIds.HallClose);

        await using var bob = await SessionSocket.ResumeAsync(Uri, lost);

        await AssertClosedAsync(bob, 1, reason: "gone");
    }

    [Test]
    public async Task Board_WithAClientOfVersion0_WorksWithoutNumbers()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        await using var old = await Servers.Default.ConnectAsync();
        var room = (await old.RequestAsync(BoardMessages.Create))["room"].GetString()!;
        Assert.That((await old.RequestAsync(BoardMessages.Join, Json(new { room })))["member"].GetInt32(), Is.EqualTo(1));

        await JoinAsync(ann, room);
        Assert.That((await NextAsync(old, BoardMessages.Joined)).Version, Is.Zero);
        await old.SendAsync(BoardMessages.Draw, Stroke);
        Assert.That((await NextAsync(old, BoardMessages.Drawn))["stroke"].GetProperty("id").GetInt32(), Is.EqualTo((await ann.NextAsync(BoardMessages.Drawn))["stroke"].GetProperty("id").GetInt32()));
        await ann.NotifyAsync(BoardMessages.MoveCursor, Json(new { x = 5, y = 6 }));
        Assert.That((await NextAsync(old, BoardMessages.CursorMoved))["x"].GetInt32(), Is.EqualTo(5));
        await old.RequestAsync(BoardMessages.Leave);
        await ann.NextAsync(BoardMessages.Left);
        Assert.That((await old.RequestAsync(BoardMessages.Draw, Stroke)).Code, Is.EqualTo(409));
    }

    [Test]
    public async Task End_OfASessionOfVersion0_LeavesItsRooms()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        await using var old = await Servers.Default.ConnectAsync();
        var room = await CreateAsync(ann);
        await JoinAsync(ann, room);
        await old.RequestAsync(BoardMessages.Join, Json(new { room }));
        await ann.NextAsync(BoardMessages.Joined);

        old.Abort();

        await ann.NextAsync(BoardMessages.Left);
    }

    private static async Task<string> CreateAsync(SessionSocket socket) => (await socket.RequestAsync(BoardMessages.Create))["room"].GetString()!;

    private static async Task<SessionReceived> JoinAsync(SessionSocket socket, string room)
    {
        var joined = await socket.RequestAsync(BoardMessages.Join, Json(new { room }));
        Assert.That(joined.Kind, Is.EqualTo(SessionFrame.Reply), joined.Text);
        return joined;
    }

    private static async Task<string> EnterHallAsync(params SessionSocket[] sockets)
    {
        var room = $"{Guid.NewGuid():N}";
        foreach (var socket in sockets)
        {
            Assert.That((await socket.RequestAsync(MessageIds.HallEnter, Json(new { room }))).Kind, Is.EqualTo(SessionFrame.Reply));
        }

        return room;
    }

    /// <summary>The next change of streams that is not an opening.</summary>
    private static async Task AssertClosedAsync(SessionSocket socket, int stream, string? reason)
    {
        SessionReceived change;
        do
        {
            change = await socket.NextAsync(StreamEvent);
        }
        while (change["event"].GetString() == "opened");

        Assert.That((change["event"].GetString(), change["stream"].GetInt32()), Is.EqualTo(("closed", stream)));
        Assert.That(JsonDocument.Parse(change.Body).RootElement.TryGetProperty("reason", out var given) ? given.GetString() : null, Is.EqualTo(reason));
    }

    private static async Task<ReceivedFrame> NextAsync(GameSocket socket, int messageId)
    {
        while (true)
        {
            if (await socket.ReceiveAsync() is var frame && frame.MessageId == messageId)
            {
                return frame;
            }
        }
    }

    private static string Json(object value) => JsonSerializer.Serialize(value);
}
