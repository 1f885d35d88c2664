namespace GameCluster.LoadTest.Swarm;

/// <summary>What a swarm does.</summary>
internal sealed record SwarmSettings
{
    /// <summary>The gateways; a bot begins at one and goes on to another whenever it has to connect again.</summary>
    public required IReadOnlyList<Uri> Urls { get; init; }

    public int Rooms { get; init; } = 1;

    /// <summary>Bots in each room.</summary>
    public int Members { get; init; } = 10;

    /// <summary>Publishes per second in each room.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>Makes everything repeat that the bots decide by chance.</summary>
    public int Seed { get; init; } = 1;

    public int ConnectRate { get; init; } = 200;

    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Mean time between two cuts of a bot's connection, by the bot; zero: it cuts none.</summary>
    public TimeSpan CutEvery { get; init; }

    /// <summary>Mean time after which a bot leaves its room and joins it again; zero: it stays.</summary>
    public TimeSpan LeaveEvery { get; init; }

    /// <summary>Share of the bots that stop reading now and then.</summary>
    public double SlowShare { get; init; }

    /// <summary>How long they do not read, and then read.</summary>
    public TimeSpan SlowFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection, a welcome or an answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the bots stay after the last publish, so that its deliveries count.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    public int Bots => Rooms * Members;
}
