using System.Diagnostics;
using GameCluster.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace GameCluster.Tests.Client;

/// <summary>A headless browser on a page of the JavaScript client's folder, which posts what it has to tell to <c>/told</c>.</summary>
internal sealed class BrowserRun : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _profile = Directory.CreateTempSubdirectory("gamecluster-browser-");
    private readonly WebApplication _pages;
    private readonly Process _browser;

    private BrowserRun(WebApplication pages, string address, Task<string> told)
    {
        _pages = pages;
        Told = told.WaitAsync(Limit);
        _browser = Process.Start(new ProcessStartInfo(InstalledProgram.Chromium(), [.. Options(_profile), address])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _browser.BeginOutputReadLine();
        _browser.BeginErrorReadLine();
    }

    /// <summary>What the page has told.</summary>
    public Task<string> Told { get; }

    /// <summary>What a browser without a window, that asks nobody on the network for anything, is started with.</summary>
    public static string[] Options(DirectoryInfo profile) =>
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--no-first-run", "--no-default-browser-check", $"--user-data-dir={profile.FullName}", "--remote-debugging-port=0",
    ];

    /// <summary>Serves the folder on a port of its own and opens a page of it.</summary>
    public static async Task<BrowserRun> StartAsync(string page)
    {
        InstalledProgram.Chromium();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        var address = $"http://127.0.0.1:{LoopbackPort.Free()}";
        builder.WebHost.UseUrls(address);
        var pages = builder.Build();
        pages.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(Path.Combine(RepositoryFile.Root, "Client", "js")) });
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        pages.MapPost("/told", async (HttpRequest request) => told.TrySetResult(await new StreamReader(request.Body).ReadToEndAsync()));
        await pages.StartAsync();
        return new BrowserRun(pages, $"{address}/{page}", told.Task);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Kill(entireProcessTree: true);
        await _browser.WaitForExitAsync();
        _browser.Dispose();
        await _pages.DisposeAsync();
        _profile.Delete(recursive: true);
    }
}
