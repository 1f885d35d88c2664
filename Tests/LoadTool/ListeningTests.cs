using System.Text;
using GameCluster.LoadTest.Connections;
using GameCluster.LoadTest.Echo;
using GameCluster.LoadTest.Listening;
using Microsoft.Extensions.Time.Testing;

namespace GameCluster.Tests.LoadTool;

[CancelAfter(60_000)]
internal sealed class ListeningTests
{
    [Test]
    public async Task FanOut_ServerPushes_CountsByIdAndTakesLatencyFromTheBody(CancellationToken cancellation)
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1_000_250));
        var stamped = ScriptedServer.Frame(50001, Encoding.UTF8.GetBytes("""{"nested":{"sent_at":1},"sent_at":1000000}"""));
        var plain = ScriptedServer.Frame(50002, "{}"u8.ToArray());
        await using var server = await ScriptedServer.StartAsync(async (socket, stopping) =>
        {
            while (!stopping.IsCancellationRequested)
            {
                await ScriptedServer.SendAsync(socket, [.. stamped, .. plain], stopping);
                await Task.Delay(5, stopping);
            }
        });
        var settings = new FanOutSettings(Connections(server.Url, 3), TimeSpan.Zero, TimeSpan.FromMilliseconds(300), []);

        var report = await new FanOutRun(settings, TextWriter.Null, time).ExecuteAsync(cancellation);

        Assert.That(report.Errors.Total, Is.Zero, report.ToString());
        Assert.That(report.ById.Keys, Is.EqualTo(new[] { 50001, 50002 }));
        Assert.That(report.Pushes, Is.EqualTo(report.ById.Values.Sum()).And.Positive);
        Assert.That(report.LatencyMs.Count, Is.EqualTo(report.ById[50001]).Within(3));
        Assert.That(report.LatencyMs.P50, Is.EqualTo(250).Within(1));
    }

    [Test]
    public async Task FanOut_PublishesToTheBareServer_EveryConnectionHasEach(CancellationToken cancellation)
    {
        await using var server = await EchoServer.StartFanOutAsync(0, cancellation);
        var settings = new FanOutSettings(Connections(EchoServer.Url(server), 4), TimeSpan.Zero, TimeSpan.FromSeconds(1), []) { PublishRate = 100, PublishBytes = 80 };

        var report = await new FanOutRun(settings, TextWriter.Null, TimeProvider.System).ExecuteAsync(cancellation);

        Assert.That(report.Errors.Total, Is.Zero, report.ToString());
        Assert.That(report.ById.Keys, Is.EqualTo(new[] { settings.PublishId }));
        Assert.That(report.Pushes, Is.InRange(4 * 20, 4 * 110));
        Assert.That(report.LatencyMs.Count, Is.EqualTo(report.Pushes));
    }

    [Test]
    public async Task Idle_SilentConnections_ReportsMemoryOfTheProcess(CancellationToken cancellation)
    {
        await using var server = await EchoServer.StartAsync(0, zeroByteReads: true, cancellation);
        var settings = new IdleSettings(Connections(EchoServer.Url(server), 20), Prime: 5, TimeSpan.Zero, [Environment.ProcessId]);

        var report = await new IdleRun(settings, TextWriter.Null).ExecuteAsync(cancellation);

        Assert.That(report.Errors.Total, Is.Zero, report.ToString());
        Assert.That((report.Primed, report.OpenConnections), Is.EqualTo((5, 20)));
        Assert.That(report.Servers.Single().ResidentBytesBefore, Is.GreaterThan(report.Servers.Single().PrivateBytesBefore).And.Positive);
    }

    private static ConnectionSettings Connections(Uri url, int count) => new() { Urls = [url], Count = count };
}
