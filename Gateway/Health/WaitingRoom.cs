using System.Net;
using GameCluster.Gateway.Auth;
using Microsoft.Extensions.Options;

namespace GameCluster.Gateway.Health;

/// <summary>
/// Where a process waits for its database before it starts: it already answers <c>/healthz</c> with 200 and <c>/readyz</c> with 503 on the operators' port, so that
/// nobody restarts a process that only waits.
/// </summary>
internal static class WaitingRoom
{
    private const string Reason = "storage: waiting for the database; the log says what is wrong";

    /// <summary>A start that need not wait does not open the room at all.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Whether the process may start: false if it was told to stop meanwhile.</summary>
    public static async Task<bool> WaitInRoomAsync(this WebApplication app, Func<CancellationToken, Task> wait)
    {
        using var stopping = new CancellationTokenSource();
        var waiting = wait(stopping.Token);
        if (await Task.WhenAny(waiting, Task.Delay(Patience, app.Services.GetRequiredService<TimeProvider>(), CancellationToken.None)) == waiting)
        {
            await waiting;
            return true;
        }

        await using var room = Build(app.Services.GetRequiredService<IOptions<AdminOptions>>().Value);
        await room.StartAsync(CancellationToken.None);
        await using var stop = room.Lifetime.ApplicationStopping.Register(stopping.Cancel);
        try
        {
            await waiting;
            return true;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    private static WebApplication Build(AdminOptions admin)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [], ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "").UseSetting(WebHostDefaults.HttpPortsKey, "");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Parse(admin.Address), admin.Port);
        });
        var room = builder.Build();
        room.MapGet("/healthz", static () => "Healthy");
        room.MapGet("/readyz", NotReady);
        room.MapGet("/readyz/serving", NotReady);
        return room;
    }

    private static IResult NotReady() => Results.Text(Reason, statusCode: StatusCodes.Status503ServiceUnavailable);
}
