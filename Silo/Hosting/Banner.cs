using GameCluster.Gateway.Auth;
using GameCluster.Gateway.Hosting;
using GameCluster.Gateway.Sessions;
using Microsoft.Extensions.Options;

namespace GameCluster.Silo.Hosting;

/// <summary>Says, once the process serves, where it listens and what to try next. On the console only in Development: elsewhere logs are for machines.</summary>
internal sealed class Banner(
    GatewayState state,
    IOptions<GatewayOptions> gateway,
    IOptions<AdminOptions> admin,
    IOptions<StorageOptions> storage,
    AdminKey key,
    IHostEnvironment environment,
    TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!environment.IsDevelopment())
        {
            return;
        }

        while (!state.IsServing)
        {
            await Task.Delay(Poll, time, stoppingToken);
        }

        Console.WriteLine(Text());
    }

    private string Text() => $"""

        GameCluster is running.
          clients   ws://localhost:{gateway.Value.Port}/ (also /ws)
          admin     http://{admin.Value.Address}:{admin.Value.Port}/ (also /healthz, /readyz, /metrics, /openapi/v1.json)
          storage   {(storage.Value.IsEmbedded ? $"SQLite in {Path.GetFullPath(storage.Value.DataFolder)}" : "PostgreSQL")}

        Try next:
          open http://localhost:{gateway.Value.Port}/ in a browser and send message 1000
          curl -H "Authorization: Bearer {(key.File is { } file ? $"$(cat '{file}')" : "$GameCluster__Admin__Key")}" http://{admin.Value.Address}:{admin.Value.Port}/admin/v1/status
        Stop with Ctrl+C.

        """;
}
