using System.Text;
using System.Text.Json;
using GameCluster.LoadTest.Swarm;

namespace GameCluster.Tests.LoadTool;

internal sealed class StageGameTests
{
    private const int PublishedId = 61114;

    [TestCase(1)]
    [TestCase(200)]
    public void TryReadPublish_WhatTheRoomPassesOn_IsTheMarkAndItsPlace(int bodyBytes)
    {
        var game = new StageGame(bodyBytes);
        var mark = new PublishMark(12, 345, 6_789_012_345);
        var text = JsonDocument.Parse(game.Publish(mark).Body).RootElement.GetProperty("text").GetString();
        var pushed = Encoding.ASCII.GetBytes($$"""{"text":"{{text}}","count":7}""");

        var isPublish = game.TryReadPublish(PublishedId, pushed, out var read, out var facts);

        Assert.That((isPublish, read, facts), Is.EqualTo((true, mark, new RoomFacts(7))));
        Assert.That(text, Has.Length.GreaterThanOrEqualTo(bodyBytes));
    }

    [Test]
    public void TryReadPublish_AnotherMessage_IsNone() =>
        Assert.That(new StageGame(1).TryReadPublish(PublishedId + 1, """{"text":"1.2.3","count":7}"""u8, out _, out _), Is.False);
}
