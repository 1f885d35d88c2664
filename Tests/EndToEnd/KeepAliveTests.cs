using System.Diagnostics;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.EndToEnd;

/// <summary>Clients that say nothing are asked whether they are there, on real sockets whose WebSocket frames are made and read here.</summary>
internal sealed class KeepAliveTests
{
    private const byte Ping = 0x89;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly byte[] Pong = [0x8A, 0x80, 1, 2, 3, 4];

    private GameProcess _server;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await Server.StartAsync("keep-alive", ("GameCluster__Gateway__KeepAliveInterval", Interval.ToString()));

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task Silence_OfAClientThatAnswersPings_IsFine()
    {
        using var response = await ProtocolTests.UpgradeAsync(_server, "");
        await using var stream = await response.Content.ReadAsStreamAsync();
        var since = Stopwatch.StartNew();
        while (since.Elapsed < 5 * Interval)
        {
            Assert.That(await ReadFrameAsync(stream), Is.EqualTo(Ping));
            await stream.WriteAsync(Pong);
        }
    }

    [Test]
    public async Task Silence_OfAClientThatDoesNotAnswerPings_EndsItsConnection()
    {
        using var response = await ProtocolTests.UpgradeAsync(_server, "");
        await using var stream = await response.Content.ReadAsStreamAsync();
        Assert.That(await ReadFrameAsync(stream), Is.EqualTo(Ping));

        var since = Stopwatch.StartNew();
        Assert.That(await ReadFrameAsync(stream), Is.Null);
        Assert.That(since.Elapsed, Is.GreaterThan(Interval / 2));
    }

    /// <summary>The first byte of a frame without payload; null at the end of the connection.</summary>
    private static async Task<byte?> ReadFrameAsync(Stream stream)
    {
        using var limit = new CancellationTokenSource(Limit);
        var frame = new byte[2];
        try
        {
            await stream.ReadExactlyAsync(frame, limit.Token);
        }
        catch (IOException)
        {
            return null;
        }

        Assert.That(frame[1], Is.Zero);
        return frame[0];
    }
}
