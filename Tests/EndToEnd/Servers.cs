using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.EndToEnd;

/// <summary>The two servers that most of these tests share.</summary>
[SetUpFixture]
internal sealed class Servers
{
    /// <summary>How long a frame may be incomplete on <see cref="Default"/>.</summary>
    public static readonly TimeSpan FrameTimeout = TimeSpan.FromSeconds(1);

    /// <summary>How long a client of <see cref="Strict"/> may be silent.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(3);

    /// <summary>How many connections <see cref="Strict"/> takes.</summary>
    public const int MaxConnections = 4;

    /// <summary>The one origin whose pages may connect to <see cref="Strict"/>.</summary>
    public const string Origin = "https://game.example";

    /// <summary>How long a session of version 1 waits for its client on <see cref="Default"/>.</summary>
    public static readonly TimeSpan WindowTime = TimeSpan.FromSeconds(3);

    /// <summary>Default settings but for a short frame time-out, a short window and eight pushes in it.</summary>
    public static GameProcess Default { get; private set; } = null!;

    /// <summary>Allows its clients very little.</summary>
    public static GameProcess Strict { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var servers = await Task.WhenAll(
            Server.StartAsync(
                "default",
                ("GameCluster__Gateway__FrameTimeout", FrameTimeout.ToString()),
                ("GameCluster__Sessions__WindowTime", WindowTime.ToString()),
                ("GameCluster__Sessions__WindowMessages", "8")),
            Server.StartAsync(
                "strict",
                ("GameCluster__Gateway__FrameTimeout", "00:00:00.5"),
                ("GameCluster__Gateway__IdleTimeout", IdleTimeout.ToString()),
                ("GameCluster__Gateway__RequestTimeout", "00:00:01"),
                ("GameCluster__Gateway__SendTimeout", "00:00:01"),
                ("GameCluster__Gateway__SendQueueBytes", "16384"),
                ("GameCluster__Sessions__SecondLogin", "Refuse"),
                ("GameCluster__Gateway__MaxConnections", $"{MaxConnections}"),
                ("GameCluster__Gateway__AllowedOrigins__0", Origin)));
        (Default, Strict) = (servers[0], servers[1]);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await Default.DisposeAsync();
        await Strict.DisposeAsync();
    }
}
