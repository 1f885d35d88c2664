using System.Globalization;
using GameCluster.Gateway.Hosting;
using GameCluster.Silo.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GameCluster.Tests.Infrastructure;

/// <summary>The one-process server in the test's own process, where a test can hold and count the calls of its grains.</summary>
internal sealed class OpenServer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private readonly string _folder;

    private OpenServer(WebApplication app, string folder, int port)
    {
        (_app, _folder) = (app, folder);
        ClientUri = new Uri($"ws://127.0.0.1:{port}/");
    }

    public Uri ClientUri { get; }

    public static async Task<OpenServer> StartAsync(CallFaults faults, params string[] settings)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"gamecluster-{Guid.NewGuid():N}");
        var (port, admin) = (LoopbackPort.Free(), LoopbackPort.Free());
        var builder = NodeHost.CreateBuilder(
        [
            $"--GameCluster:Storage:DataFolder={folder}",
            $"--GameCluster:Watch:AccountFolder={folder}",
            $"--GameCluster:Node:SiloPort={Text(LoopbackPort.Free())}",
            "--GameCluster:Gateway:Address=127.0.0.1",
            $"--GameCluster:Gateway:Port={Text(port)}",
            $"--GameCluster:Admin:Port={Text(admin)}",
            .. settings,
        ]);
        builder.AddGameSilo();
        builder.UseOrleans(silo => silo.AddIncomingGrainCallFilter(faults));
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.UseGameSilo();
        await app.MigrateStorageAsync(CancellationToken.None);
        await app.StartAsync();
        using var http = new HttpClient();
        await Wait.UntilAsync(async () => (await http.GetAsync(new Uri($"http://127.0.0.1:{Text(admin)}/readyz"))).IsSuccessStatusCode, Limit, "the server to be ready");
        return new OpenServer(app, folder, port);
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
