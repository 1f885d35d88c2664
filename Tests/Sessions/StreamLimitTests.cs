using System.Text.Json;
using GameCluster.Games.Board;
using GameCluster.Push;
using GameCluster.Sessions;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Sessions;

/// <summary>A session that follows more than it may.</summary>
internal sealed class StreamLimitTests
{
    private const int MaxFollowed = 1_000;

    private OpenServer _server;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await OpenServer.StartAsync(new CallFaults());

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task Join_MoreRoomsThanASessionMayFollow_EndsTheSession()
    {
        await using var socket = await SessionSocket.ConnectAsync(_server.ClientUri);
        for (var room = 0; room < MaxFollowed; room++)
        {
            await JoinAsync(socket);
        }

        await JoinAsync(socket);

        await EndsAsync(socket);
    }

    [Test]
    public async Task Join_OneRoomMoreThanThereAreNumbers_EndsTheSession()
    {
        await using var earlier = await SessionSocket.ConnectAsync(_server.ClientUri);
        Assert.That(SessionId.TryParse(earlier.Session, out var session), Is.True);
        await _server.Get<IGrainFactory>().GetGrain<ISessionGrain>(session.Value).SaveAsync(1, SessionRecord.Empty with { LastStream = ushort.MaxValue - 1 });
        earlier.Abort();
        await using var socket = await SessionSocket.ResumeAsync(_server.ClientUri, earlier);

        await JoinAsync(socket);
        Assert.That((await socket.NextAsync(-9))["stream"].GetInt32(), Is.EqualTo(ushort.MaxValue));
        await JoinAsync(socket);

        await EndsAsync(socket);
    }

    private static async Task EndsAsync(SessionSocket socket)
    {
        Assert.That((await socket.NextAsync(-6))["reason"].GetString(), Does.Contain("as many rooms"));
        Assert.That((await socket.ReceiveCloseAsync()).Code, Is.EqualTo(4000));
    }

    private static async Task JoinAsync(SessionSocket socket)
    {
        var created = await socket.RequestAsync(BoardMessages.Create);
        await socket.RequestAsync(BoardMessages.Join, JsonSerializer.Serialize(new { room = created["room"].GetString() }));
    }
}
