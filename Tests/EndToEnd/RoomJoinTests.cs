using System.Text.Json;
using GameCluster.Games.Board;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.EndToEnd;

/// <summary>What a joining client is told of a room's state, and what it hears of it, fit together.</summary>
internal sealed class RoomJoinTests
{
    private const int ResyncEvent = -4;

    private const string Stroke = """{"color":1,"points":[10,10,20,20]}""";

    private static Uri Uri => Servers.Default.ClientUri;

    [Test]
    public async Task Join_WhileOthersDraw_IsAnsweredBeforeTheFirstPushOfTheRoom()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        await using var bob = await SessionSocket.ConnectAsync(Uri);
        var room = await CreateAsync(ann);
        await JoinAsync(ann, room);
        for (var i = 0; i < 200; i++)
        {
            var joining = await bob.SendAsync(BoardMessages.Join, Json(new { room }));
            await ann.SendAsync(BoardMessages.Draw, Stroke);
            await ann.SendAsync(BoardMessages.Draw, Stroke);
            var pushes = bob.Pushes.Count;
            await bob.AnswerAsync(joining);
            Assert.That(bob.Pushes, Has.Count.EqualTo(pushes), "what the answer shows of the board is older than any push");
            await bob.RequestAsync(BoardMessages.Leave);
        }
    }

    [Test]
    public async Task Join_AnsweredAgainAfterTheRoomWentOn_IsFollowedByTheStateOfNow()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        await using var lost = await SessionSocket.ConnectAsync(Uri);
        var room = await CreateAsync(ann);
        await JoinAsync(ann, room);
        var joining = await lost.SendAsync(BoardMessages.Join, Json(new { room }));
        await lost.AnswerAsync(joining);
        await ann.RequestAsync(BoardMessages.Draw, Stroke);
        lost.Abort();

        await using var socket = await SessionSocket.ResumeAsync(Uri, lost);
        await socket.PushesAsync(1);
        await socket.RepeatAsync(joining, BoardMessages.Join, Json(new { room }));

        Assert.That(StrokesOf((await socket.AnswerAsync(joining))["board"]), Is.Zero, "the answer of the first time");
        var resync = await socket.ReceiveAsync();
        Assert.That((resync.MessageId, resync["reason"].GetString(), resync["room"].GetString()), Is.EqualTo((ResyncEvent, "repeated", room)));
        Assert.That(StrokesOf(resync["snapshot"]), Is.EqualTo(1));
        await ann.RequestAsync(BoardMessages.Draw, Stroke);
        Assert.That((await socket.PushAsync()).MessageId, Is.EqualTo(BoardMessages.Drawn), "and the stream goes on");
    }

    private static async Task<string> CreateAsync(SessionSocket socket) => (await socket.RequestAsync(BoardMessages.Create))["room"].GetString()!;

    private static async Task JoinAsync(SessionSocket socket, string room) =>
        Assert.That((await socket.RequestAsync(BoardMessages.Join, Json(new { room }))).Text, Does.Contain("board"));

    private static int StrokesOf(JsonElement board) => board.GetProperty("strokes").GetArrayLength();

    private static string Json(object value) => JsonSerializer.Serialize(value);
}
