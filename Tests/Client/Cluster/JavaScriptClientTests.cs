using System.Text.Json;

namespace GameCluster.Tests.Client.Cluster;

/// <summary>The JavaScript client against a real gateway, in Node and in a browser, over a network that is cut again and again.</summary>
internal sealed class JavaScriptClientTests
{
    private const int Rounds = 40;
    private const int BytesPerCut = 2_500;

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

    [Test]
    public async Task Reload_OfAPageThatKeepsItsSession_GoesOnWithRoomsAndNumbers()
    {
        await using var browser = await BrowserRun.StartAsync($"test/reload.html?url={Uri.EscapeDataString(ClientCluster.Gateway.ClientUri.ToString())}");

        var json = await browser.Told;

        var told = JsonSerializer.Deserialize<Reloaded>(json, JsonSerializerOptions.Web)!;
        Assert.That(told.Failure, Is.Null);
        var (first, second) = (told.First!, told.Second!);
        Assert.That((first.Open, second.Open), Is.EqualTo((new Opening(false, false), new Opening(true, true))), json);
        Assert.That((second.Session, second.Counts), Is.EqualTo((first.Session, new[] { 2 })), json);
        Assert.That((first.Streams, second.Streams), Is.EqualTo((new[] { "opened 1 reload" }, new[] { "opened 1 reload" })), json);
        Assert.That((first.Pushes, second.Pushes), Is.EqualTo((new[] { "1:1" }, new[] { "1:2" })), json);
        Assert.That((first.Kept, second.Kept, told.Left), Is.EqualTo(((string?)null, (string?)null, (string?)null)), "while a page lives nothing is stored");
    }

    /// <summary>Cuts five connections, each in the middle of what is said.</summary>
    private static async Task CutUntilAsync(TcpCutter network, Task playing)
    {
        for (var cuts = 0; cuts < 5 && !playing.IsCompleted; cuts++)
        {
            await Task.WhenAny(playing, network.PassesAsync(BytesPerCut));
            network.Cut();
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

    private sealed record Reloaded(Page? First, Page? Second, string? Left, string? Failure);

    private sealed record Page(string Session, int[] Counts, Opening Open, string[] Streams, string[] Pushes, string? Kept);

    private sealed record Opening(bool Resumed, bool Restored);
}
