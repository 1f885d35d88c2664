using System.Net.WebSockets;
using System.Threading.Channels;
using GameCluster.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GameCluster.Tests.Client;

/// <summary>A gateway that does only what a test tells it to: for what a real one cannot be made to do.</summary>
internal sealed class ScriptedGateway : IAsyncDisposable
{
    private readonly Channel<ScriptedLine> _lines = Channel.CreateUnbounded<ScriptedLine>();
    private readonly WebApplication _application;

    private ScriptedGateway(int port)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        _application = builder.Build();
        _application.UseWebSockets();
        _application.Run(AcceptAsync);
        Address = new Uri($"ws://127.0.0.1:{port}/");
    }

    public Uri Address { get; }

    public static async Task<ScriptedGateway> StartAsync()
    {
        var gateway = new ScriptedGateway(LoopbackPort.Free());
        await gateway._application.StartAsync();
        return gateway;
    }

    /// <summary>The next connection, with its hello read.</summary>
    public async Task<ScriptedLine> AcceptAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var line = await _lines.Reader.ReadAsync(limit.Token);
        await line.ReadHelloAsync();
        return line;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
    }

    private async Task AcceptAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var line = new ScriptedLine(socket, context.Abort);
        await _lines.Writer.WriteAsync(line);
        await line.ReadAllAsync(context.RequestAborted);
    }
}
