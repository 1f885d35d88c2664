using System.Net;
using System.Net.WebSockets;
using GameCluster.Gateway.Connections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace GameCluster.Tests.Connections;

/// <summary>What a WebSocket writes past Kestrel's pipe, between a real client and a real Kestrel.</summary>
internal sealed class ClientStreamTests
{
    private const int Piece = 512 * 1024;
    private const int Pieces = 32;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private CancellationTokenSource _limit;
    private WebApplication _server;
    private ClientWebSocket _client;
    private TaskCompletionSource<(WebSocket Socket, ClientUpgrade Upgrade)> _accepted;
    private TaskCompletionSource _done;

    [SetUp]
    public async Task ConnectAsync()
    {
        _limit = new CancellationTokenSource(Limit);
        _accepted = new TaskCompletionSource<(WebSocket, ClientUpgrade)>(TaskCreationOptions.RunContinuationsAsynchronously);
        _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Use(static next => context =>
        {
            ClientUpgrade.Offer(context);
            return next(context);
        });
        _server.UseWebSockets();
        _server.Run(ServeAsync);
        await _server.StartAsync(_limit.Token);
        _client = new ClientWebSocket();
        await _client.ConnectAsync(Url(), _limit.Token);
    }

    [TearDown]
    public async Task DisconnectAsync()
    {
        _client.Dispose();
        _done.TrySetResult();
        await _server.DisposeAsync();
        _limit.Dispose();
    }

    [Test]
    public async Task Send_OfMoreThanTheKernelHolds_WaitsForTheClientAndArrivesWhole()
    {
        var (socket, upgrade) = await SpokenToAsync();
        var sending = SendPiecesAsync(socket);
        await Task.WhenAny(sending, Task.Delay(TimeSpan.FromMilliseconds(200)));
        Assert.That((upgrade.Stream!.IsDirect, sending.IsCompleted), Is.EqualTo((true, false)), "writes go to the socket, and wait for a client that does not read");

        for (var number = 0; number < Pieces; number++)
        {
            Assert.That(await ReceiveAsync(Piece), Is.EqualTo(PieceOf(number)), $"piece {number}");
        }

        await sending;
    }

    [Test]
    public async Task Send_BeforeTheClientHasSpoken_StaysInOrderWithWhatFollows()
    {
        var (socket, upgrade) = await _accepted.Task.WaitAsync(_limit.Token);
        var receive = socket.ReceiveAsync(new byte[16].AsMemory(), _limit.Token).AsTask();
        for (byte number = 0; number < 100; number++)
        {
            await socket.SendAsync(new[] { number }.AsMemory(), WebSocketMessageType.Binary, true, _limit.Token);
        }

        await SpeakAsync();
        await receive;
        for (byte number = 100; number < 200; number++)
        {
            await socket.SendAsync(new[] { number }.AsMemory(), WebSocketMessageType.Binary, true, _limit.Token);
        }

        for (byte number = 0; number < 200; number++)
        {
            Assert.That(await ReceiveAsync(1), Is.EqualTo(new[] { number }));
        }

        Assert.That(upgrade.Stream!.IsDirect, Is.False, "what was written to the pipe is followed by everything else");
    }

    [Test]
    public async Task Send_ToAClientThatHasGone_Fails()
    {
        var (socket, _) = await SpokenToAsync();
        _client.Abort();

        await AssertFailsAsync(SendForEverAsync(socket));
    }

    [Test]
    public async Task Abort_WhileTheClientDoesNotRead_EndsTheSend()
    {
        var (socket, _) = await SpokenToAsync();
        var sending = SendForEverAsync(socket);
        await Task.WhenAny(sending, Task.Delay(TimeSpan.FromMilliseconds(200)));
        Assert.That(sending.IsCompleted, Is.False);

        socket.Abort();
        _done.TrySetResult();

        await AssertFailsAsync(sending);
    }

    [Test]
    public async Task Close_AfterDirectWrites_ArrivesBehindThem()
    {
        var (socket, _) = await SpokenToAsync();
        await socket.SendAsync(PieceOf(1).AsMemory(0, 100), WebSocketMessageType.Binary, true, _limit.Token);
        await socket.CloseOutputAsync((WebSocketCloseStatus)4000, "kicked", _limit.Token);

        Assert.That(await ReceiveAsync(100), Is.EqualTo(PieceOf(1)[..100]));
        var close = await _client.ReceiveAsync(new byte[1].AsMemory(), _limit.Token);
        Assert.That((close.MessageType, (int?)_client.CloseStatus, _client.CloseStatusDescription), Is.EqualTo((WebSocketMessageType.Close, 4000, "kicked")));
    }

    private static byte[] PieceOf(int number)
    {
        var piece = new byte[Piece];
        new Random(number).NextBytes(piece);
        return piece;
    }

    private static async Task AssertFailsAsync(Task sending)
    {
        Exception? failure = null;
        try
        {
            await sending.WaitAsync(Limit);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        Assert.That(failure, Is.InstanceOf<WebSocketException>().Or.InstanceOf<OperationCanceledException>());
    }

    private static async Task SendForEverAsync(WebSocket socket)
    {
        while (true)
        {
            await socket.SendAsync(new byte[Piece].AsMemory(), WebSocketMessageType.Binary, true, CancellationToken.None);
        }
    }

    private async Task SendPiecesAsync(WebSocket socket)
    {
        for (var number = 0; number < Pieces; number++)
        {
            await socket.SendAsync(PieceOf(number).AsMemory(), WebSocketMessageType.Binary, true, CancellationToken.None);
        }
    }

    private async Task<(WebSocket Socket, ClientUpgrade Upgrade)> SpokenToAsync()
    {
        var accepted = await _accepted.Task.WaitAsync(_limit.Token);
        await SpeakAsync();
        await accepted.Socket.ReceiveAsync(new byte[16].AsMemory(), _limit.Token);
        return accepted;
    }

    private Task SpeakAsync() => _client.SendAsync(new byte[] { 1 }, WebSocketMessageType.Binary, true, _limit.Token);

    private async Task<byte[]> ReceiveAsync(int length)
    {
        var (bytes, received) = (new byte[length + 1], 0);
        ValueWebSocketReceiveResult result;
        do
        {
            result = await _client.ReceiveAsync(bytes.AsMemory(received), _limit.Token);
            received += result.Count;
        }
        while (!result.EndOfMessage);
        return bytes[..received];
    }

    private async Task ServeAsync(HttpContext context)
    {
        var upgrade = (ClientUpgrade)context.Features.GetRequiredFeature<IHttpUpgradeFeature>();
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        _accepted.SetResult((socket, upgrade));
        await _done.Task;
    }

    private Uri Url() =>
        new UriBuilder(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) { Scheme = "ws" }.Uri;
}
