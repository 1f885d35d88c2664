using GameCluster.LoadTest.Swarm;

namespace GameCluster.LoadTest.Chaos.Scenarios;

/// <summary>The players of a scenario.</summary>
internal sealed record PlayersSpec
{
    /// <summary>account or account.durable, which tell the most, or board or board.durable, which every cluster has.</summary>
    public string Game { get; init; } = AccountGame.Name;

    public int Rooms { get; init; } = 10;

    /// <summary>Players in each room.</summary>
    public int Members { get; init; } = 10;

    /// <summary>Publishes per second in each room.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>Players that connect per second at the beginning.</summary>
    public int ConnectRate { get; init; } = 200;

    /// <summary>Mean time between two cuts of a player's connection by itself; zero: it cuts none.</summary>
    public TimeSpan CutEvery { get; init; }

    /// <summary>Mean time after which a player leaves its room and joins again; zero: it stays.</summary>
    public TimeSpan LeaveEvery { get; init; }

    /// <summary>Share of the players, 0 to 1, that stop reading now and then.</summary>
    public double Slow { get; init; }
}
