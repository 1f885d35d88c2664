namespace GameCluster.LoadTest.Swarm;

/// <summary>The games that a swarm can play.</summary>
internal static class SwarmGames
{
    public static IReadOnlyList<string> Names { get; } = [BoardGame.Name, BoardGame.DurableName, StageGame.Name, AccountGame.Name, AccountGame.DurableName];

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="bodyBytes">The least length of what is published, where the game can say more than it must.</param>
    public static ISwarmGame Of(string name, int bodyBytes = 1) => name switch
    {
        BoardGame.Name => new BoardGame(),
        BoardGame.DurableName => new BoardGame(isDurable: true),
        StageGame.Name => new StageGame(bodyBytes),
        AccountGame.Name => new AccountGame(),
        AccountGame.DurableName => new AccountGame(isDurable: true),
        _ => throw new ArgumentException($"There is no game '{name}', only {string.Join(", ", Names)}.", nameof(name)),
    };
}
