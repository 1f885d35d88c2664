using System.Diagnostics;
using System.Text.Json;
using GameCluster.LoadTest.Commands;
using GameCluster.LoadTest.Echo;

namespace GameCluster.Tests.LoadTool;

[CancelAfter(60_000)]
internal sealed class CommandLineTests
{
    [TestCase("run")]
    [TestCase("run --url http://127.0.0.1:1/")]
    [TestCase("run --url ws://127.0.0.1:1/ --in-flight 2 --rate 5")]
    [TestCase("run --url ws://127.0.0.1:1/ --duration 0")]
    [TestCase("run --url ws://127.0.0.1:1/ --duration soon")]
    [TestCase("run --url ws://127.0.0.1:1/ --body-bytes 5")]
    [TestCase("run --url ws://127.0.0.1:1/ --verify --body x")]
    [TestCase("idle --url ws://127.0.0.1:1/ --login noid")]
    [TestCase("fan-out --url ws://127.0.0.1:1/ --server-pid 2147483647")]
    [TestCase("unknown")]
    public async Task Main_WrongArguments_Returns2(string arguments) =>
        Assert.That(await GameCluster.LoadTest.Program.Main(arguments.Split(' ')), Is.EqualTo(2));

    [TestCase("500ms", 0.5)]
    [TestCase("10s", 10)]
    [TestCase("2m", 120)]
    [TestCase("1.5", 1.5)]
    public void TryDuration_UnitsOrNone_GivesSeconds(string text, double seconds)
    {
        Assert.That(Parsing.TryDuration(text, out var duration), Is.True);
        Assert.That(duration.TotalSeconds, Is.EqualTo(seconds));
    }

    [Test]
    public async Task Main_FaultlessAndFaultyRun_TellByExitCodeAndJson(CancellationToken cancellation)
    {
        await using var echo = await EchoServer.StartAsync(0, zeroByteReads: false, cancellation);
        await using var faulty = await ScriptedServer.AnsweringAsync((n, request) => n == 3 ? [request, request] : [request]);

        Assert.That(await RunAsync(EchoServer.Url(echo), cancellation), Is.EqualTo((0, true)));
        Assert.That(await RunAsync(faulty.Url, cancellation), Is.EqualTo((1, false)));
    }

    private static async Task<(int ExitCode, bool IsFaultless)> RunAsync(Uri url, CancellationToken cancellation)
    {
        var json = Path.GetTempFileName();
        try
        {
            string[] arguments =
            [
                typeof(EchoServer).Assembly.Location, "run", "--url", url.ToString(), "--connections", "2", "--in-flight", "4", "--verify",
                "--warm-up", "100ms", "--duration", "300ms", "--timeout", "2s", "--json", json,
            ];
            using var process = Process.Start(new ProcessStartInfo("dotnet", arguments))!;
            await process.WaitForExitAsync(cancellation);
            using var report = JsonDocument.Parse(await File.ReadAllTextAsync(json, cancellation));
            return (process.ExitCode, report.RootElement.GetProperty("isFaultless").GetBoolean());
        }
        finally
        {
            File.Delete(json);
        }
    }
}
