using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace GameCluster.Tests.Client;

/// <summary>A headless browser whose pages the tests drive as a person would, over its debugging port.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private const string Announcement = "DevTools listening on ";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _profile = Directory.CreateTempSubdirectory("gamecluster-browser-");
    private readonly TaskCompletionSource<Uri> _announced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _http = new();
    private readonly Process _process;

    private Browser()
    {
        _process = Process.Start(new ProcessStartInfo(InstalledProgram.Chromium(), [.. BrowserRun.Options(_profile), "about:blank"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.ErrorDataReceived += (_, line) => OnLine(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public static async Task<Browser> StartAsync()
    {
        var browser = new Browser();
        await browser._announced.Task.WaitAsync(Limit);
        return browser;
    }

    /// <summary>Opens a page in a window of its own.</summary>
    public async Task<BrowserPage> OpenAsync(string address)
    {
        var debugger = await _announced.Task;
        using var response = await _http.PutAsync($"http://{debugger.Authority}/json/new?{Uri.EscapeDataString(address)}", null);
        var page = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        return await BrowserPage.ConnectAsync(new Uri(page.GetProperty("webSocketDebuggerUrl").GetString()!));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
        _profile.Delete(recursive: true);
    }

    private void OnLine(string? line)
    {
        if (line?.StartsWith(Announcement, StringComparison.Ordinal) == true)
        {
            _announced.TrySetResult(new Uri(line[Announcement.Length..]));
        }
    }
}
