using System.Text.Json;

namespace GameCluster.Tests.Client.Cluster;

/// <summary>The JavaScript client against a real gateway, in Node and in a browser, over a network that is cut again and again.</summary>
internal sealed class JavaScriptClientTests
{
    private const int Rounds = 40;

    [Test]
    public async Task Play_InNode_ExecutesAndDeliversEverythingOnce()
    {
        await using var network = new TcpCutter(ClientCluster.Gateway.ClientPort);

        var playing = NodeRun.RunAsync("test/play.js", $"{Rounds}", network.Address.ToString());
        await CutUntilAsync(network, playing);

        var (exitCode, output) = await playing;
        Assert.That(exitCode, Is.Zero, output);
        Judge(output);
    }

    [Test]
    public async Task Play_InABrowser_ExecutesAndDeliversEverythingOnce()
    {
        await using var network = new TcpCutter(ClientCluster.Gateway.ClientPort);
        await using var browser = await BrowserRun.StartAsync($"test/page.html?rounds={Rounds}&url={Uri.EscapeDataString(network.Address.ToString())}");

        await CutUntilAsync(network, browser.Told);

        Judge(await browser.Told);
    }

    private static async Task CutUntilAsync(TcpCutter network, Task playing)
    {
        while (!playing.IsCompleted)
        {
            await Task.WhenAny(playing, Task.Delay(400));
            if (network.Accepted < 6)
            {
                network.Cut();
            }
        }
    }

    private static void Judge(string json)
    {
        var told = JsonSerializer.Deserialize<Told>(json, JsonSerializerOptions.Web)!;
        Assert.That(told.Failure, Is.Null);
        Assert.That(told.Counts, Is.EqualTo(Enumerable.Range(1, 2 * Rounds)), json);
        Assert.That(told.Pushes, Is.EqualTo(Enumerable.Range(1, Rounds).Select(static round => $"{round}:{round}")), json);
        Assert.That((told.Lost, told.Errors!.Length, told.Refusal, told.IsSession), Is.EqualTo((0, 0, 404, true)), json);
        Assert.That(told.Opened![0], Is.False, json);
        Assert.That(told.Opened.Skip(1), Is.Not.Empty.And.All.True, json);
    }

    private sealed record Told(int[]? Counts, string[]? Pushes, bool[]? Opened, string[]? Errors, int Lost, int Refusal, bool IsSession, string? Failure);
}
