using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>Clients that have logged in, on each gateway in turn.</summary>
internal sealed class Players : IAsyncDisposable
{
    private const int LogIn = 1000;

    public List<string> Names { get; } = [];

    public List<GameSocket> Sockets { get; } = [];

    public static async Task<Players> LogInAsync(IReadOnlyList<GameProcess> gateways, int count)
    {
        var players = new Players();
        for (var i = 0; i < count; i++)
        {
            var (name, socket) = ($"player-{Guid.NewGuid():N}", await GameSocket.ConnectAsync(gateways[i % gateways.Count].ClientUri));
            players.Names.Add(name);
            players.Sockets.Add(socket);
            Assert.That((await socket.RequestAsync(LogIn, $$"""{"name":"{{name}}"}""")).Code, Is.EqualTo(200));
        }

        return players;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in Sockets)
        {
            await socket.DisposeAsync();
        }
    }
}
