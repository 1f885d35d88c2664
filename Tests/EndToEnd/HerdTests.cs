using GameCluster.LoadTest.Swarm;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.EndToEnd;

/// <summary>Clients that all come back at once, to a server that takes few at a time.</summary>
[CancelAfter(120_000)]
internal sealed class HerdTests
{
    private const int Sessions = 500;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Cut_AllAtOnce_EveryoneGoesOnThoughManyAreSentAway(CancellationToken cancellation)
    {
        await using var server = await Server.StartAsync("herd", ("GameCluster__Gateway__MaxHandshakes", "1"), ("GameCluster__Gateway__MaxWaitingHandshakes", "10"));
        var settings = new SwarmSettings { Urls = [server.ClientUri], Members = Sessions, ConnectRate = 100, Grace = TimeSpan.FromSeconds(0.5) };

        var report = await new HerdRun(settings, Limit, new ServerProcesses([server.Id], null), TextWriter.Null).ExecuteAsync(cancellation);

        TestContext.Out.WriteLine(report);
        Assert.That(report.IsFaultless, Is.True, report.ToString);
        Assert.That(report.Counts.Resumed, Is.EqualTo(Sessions));
        Assert.That(await server.MetricAsync("gamecluster_handshakes_refused_total"), Is.Positive, "more came than could wait");
        Assert.That(await server.MetricAsync("gamecluster_handshakes_waiting"), Is.Zero);
    }
}
