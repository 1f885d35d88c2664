using GameCluster.Tests.EndToEnd;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Client;

/// <summary>The demonstration pages in a real browser.</summary>
internal sealed class DemoPageTests
{
    private const string Strokes = "document.getElementById('strokes').textContent";
    private const string State = "document.getElementById('state').textContent";

    private GameProcess _server = null!;
    private Browser _browser = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _browser = await Browser.StartAsync();
        _server = await Server.StartAsync("pages", ("GameCluster__Gateway__DemoPage", "true"));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _browser.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task FirstPage_Login_ShowsFramesBothWays()
    {
        await using var page = await _browser.OpenAsync(Address(""));
        await page.BecomesAsync(State, "connected");

        await page.ClickAsync("send");

        await page.BecomesAsync("document.querySelectorAll('tr.in').length", "1");
        Assert.That(await page.EvaluateAsync("document.querySelector('tr.in').textContent"), Does.Contain("\"code\":200"));
        Assert.That(await page.EvaluateAsync("document.querySelectorAll('tr.out').length"), Is.EqualTo("1"));
    }

    [Test]
    public async Task Board_LineOfOneWindowCut_MissesNothingOfTheOther()
    {
        await using var ann = await _browser.OpenAsync(Address("board"));
        await ann.BecomesAsync(State, "connected");
        await ann.ClickAsync("create");
        await ann.BecomesAsync("location.hash.length > 1", "true");
        await using var ben = await _browser.OpenAsync(Address("board") + await ann.EvaluateAsync("location.hash"));
        await ann.BecomesAsync("document.getElementById('members').textContent.split(',').length", "2");

        await ann.DragAsync("board", (50, 50), (100, 80), (150, 60));
        await ben.BecomesAsync(Strokes, "1");

        await ben.ClickAsync("cut");
        await ann.BecomesAsync("document.getElementById('members').textContent.includes('(away)')", "true");
        await ann.DragAsync("board", (60, 150), (200, 160));
        await ann.DragAsync("board", (60, 170), (200, 190));
        await ann.BecomesAsync(Strokes, "3");
        Assert.That(await ben.TextOfAsync("strokes"), Is.EqualTo("1"), "while the line is cut");

        await ben.ClickAsync("cut");
        await ben.BecomesAsync(Strokes, "3");
        await ann.BecomesAsync("document.getElementById('members').textContent.includes('(away)')", "false");
        Assert.That(await ben.TextOfAsync("log"), Does.Contain("the session goes on").And.Not.Contain("began anew"));
    }

    private string Address(string page) => $"http://{_server.ClientUri.Authority}/{page}";
}
