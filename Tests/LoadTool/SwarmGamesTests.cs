using GameCluster.Games.Board;
using GameCluster.LoadTest.Swarm;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.LoadTool;

/// <summary>The swarm knows the server's games by numbers only: they have to be the games' own.</summary>
internal sealed class SwarmGamesTests
{
    private static readonly PublishMark Mark = new(1, 1, 1);

    [TestCase("account", MessageIds.AccountCreate, MessageIds.AccountJoin, MessageIds.AccountLeave, MessageIds.AccountBook, MessageIds.AccountRead)]
    [TestCase(
        "account.durable",
        MessageIds.DurableAccountCreate,
        MessageIds.DurableAccountJoin,
        MessageIds.DurableAccountLeave,
        MessageIds.DurableAccountBook,
        MessageIds.DurableAccountRead)]
    [TestCase("stage", MessageIds.StageCreate, MessageIds.StageJoin, MessageIds.StageLeave, MessageIds.StagePublish, MessageIds.StageCount)]
    [TestCase("board", BoardMessages.Create, BoardMessages.Join, BoardMessages.Leave, BoardMessages.Draw, BoardMessages.Join)]
    [TestCase(
        "board.durable",
        BoardMessages.Durable + BoardMessages.Create,
        BoardMessages.Durable + BoardMessages.Join,
        BoardMessages.Durable + BoardMessages.Leave,
        BoardMessages.Durable + BoardMessages.Draw,
        BoardMessages.Durable + BoardMessages.Join)]
    public void Of_EachGame_AsksWithTheIdsOfItsService(string name, int create, int join, int leave, int publish, int count)
    {
        var game = SwarmGames.Of(name);

        var ids = new[] { game.Create(), game.Join("a"), game.Leave(), game.Publish(Mark), game.Count("a") }.Select(static request => request.MessageId);

        Assert.That(ids, Is.EqualTo(new[] { create, join, leave, publish, count }));
    }
}
