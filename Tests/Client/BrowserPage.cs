using System.Net.WebSockets;
using System.Text.Json;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Client;

/// <summary>A page of a <see cref="Browser"/>. One call at a time.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket _socket = new();
    private int _lastCall;

    private BrowserPage()
    {
    }

    public static async Task<BrowserPage> ConnectAsync(Uri debugger)
    {
        var page = new BrowserPage();
        await page._socket.ConnectAsync(debugger, CancellationToken.None);
        return page;
    }

    /// <summary>The value of an expression as text.</summary>
    public async Task<string> EvaluateAsync(string expression)
    {
        var result = await CallAsync("Runtime.evaluate", new { expression = $"String({expression})", returnByValue = true });
        return result.GetProperty("result").TryGetProperty("value", out var value) ? value.GetString()! : result.ToString();
    }

    public Task<string> TextOfAsync(string id) => EvaluateAsync($"document.getElementById('{id}')?.textContent");

    public Task ClickAsync(string id) => EvaluateAsync($"document.getElementById('{id}').click()");

    /// <summary>Presses the mouse at the first point, moves it along the others and lets go; points are pixels from the top left corner of the element.</summary>
    public async Task DragAsync(string id, params (int X, int Y)[] points)
    {
        await EvaluateAsync($"document.getElementById('{id}').scrollIntoView()");
        var left = (int)double.Parse(await EvaluateAsync($"document.getElementById('{id}').getBoundingClientRect().left"), System.Globalization.CultureInfo.InvariantCulture);
        var top = (int)double.Parse(await EvaluateAsync($"document.getElementById('{id}').getBoundingClientRect().top"), System.Globalization.CultureInfo.InvariantCulture);
        for (var i = 0; i < points.Length; i++)
        {
            await MouseAsync(i == 0 ? "mousePressed" : "mouseMoved", left + points[i].X, top + points[i].Y);
        }

        await MouseAsync("mouseReleased", left + points[^1].X, top + points[^1].Y);
    }

    /// <summary>Waits until an expression has a value; the failure says which it has, and what the page tells its reader.</summary>
    public async Task BecomesAsync(string expression, string expected)
    {
        var (actual, page) = ("", "");
        await Wait.UntilAsync(
            async () =>
            {
                actual = await EvaluateAsync(expression);
                page = actual == expected ? "" : await EvaluateAsync("document.body?.innerText");
                return actual == expected;
            },
            Limit,
            $"{expression} to be '{expected}'",
            () => $"it is '{actual}' on the page:\n{page}");
    }

    public ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task MouseAsync(string type, int x, int y) => CallAsync("Input.dispatchMouseEvent", new { type, x, y, button = "left", buttons = 1, clickCount = 1 });

    private async Task<JsonElement> CallAsync(string method, object parameters)
    {
        using var limit = new CancellationTokenSource(Limit);
        var id = ++_lastCall;
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters }), WebSocketMessageType.Text, true, limit.Token);
        while (true)
        {
            var message = await ReceiveAsync(limit.Token);
            if (message.TryGetProperty("id", out var answered) && answered.GetInt32() == id)
            {
                return message.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException($"{method}: {message}");
            }
        }
    }

    private async Task<JsonElement> ReceiveAsync(CancellationToken limit)
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        ValueWebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(buffer.AsMemory(), limit);
            message.Write(buffer, 0, received.Count);
        }
        while (!received.EndOfMessage);
        return JsonElement.Parse(message.ToArray());
    }
}
