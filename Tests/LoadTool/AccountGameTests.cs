using System.Text;
using System.Text.Json;
using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Swarm;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.LoadTool;

internal sealed class AccountGameTests
{
    private static readonly PublishMark Mark = new(12, 345, 6_789_012_345);

    [TestCase(false, MessageIds.AccountBooked)]
    [TestCase(true, MessageIds.DurableAccountBooked)]
    public void TryReadPublish_WhatTheRoomTells_IsMarkPlaceAndLife(bool isDurable, int pushId)
    {
        var game = new AccountGame(isDurable);

        var isPublish = game.TryReadPublish(pushId, Pushed(""","epoch":5,"silo":"silo-1" """), out var read, out var facts);

        Assert.That((isPublish, read, facts), Is.EqualTo((true, Mark, new RoomFacts(7, null, 5, "silo-1"))));
    }

    [Test]
    public void TryReadPublish_DoneAgainElsewhere_HasNoLife()
    {
        var isPublish = new AccountGame(isDurable: true).TryReadPublish(MessageIds.DurableAccountBooked, Pushed(""), out _, out var facts);

        Assert.That((isPublish, facts), Is.EqualTo((true, new RoomFacts(7))));
    }

    [Test]
    public void Publish_AsAsked_BooksTheAmountOfItsText()
    {
        using var booking = JsonDocument.Parse(new AccountGame().Publish(Mark).Body);

        Assert.That(booking.RootElement.GetProperty("amount").GetInt64(), Is.EqualTo(Amount.Of(booking.RootElement.GetProperty("text").GetString()!)));
    }

    private static byte[] Pushed(string life) => Encoding.ASCII.GetBytes($$"""{"text":"{{Mark}}","place":7{{life}}}""");
}
