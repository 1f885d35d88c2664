using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>Sessions that have talked to a game and then keep still while something happens to the cluster.</summary>
internal sealed class IdleGroup : IAsyncDisposable
{
    private const int Roll = 30000;

    private readonly List<GameSocket> _sockets = [];

    public static async Task<IdleGroup> StartAsync(IReadOnlyList<GameProcess> gateways, int sessions)
    {
        var group = new IdleGroup();
        for (var i = 0; i < sessions; i++)
        {
            group._sockets.Add(await GameSocket.ConnectAsync(gateways[i % gateways.Count].ClientUri));
        }

        await group.AssertAnsweredAsync();
        return group;
    }

    /// <summary>Each sends one message and must get its reply: nothing of it was under way when the silo went.</summary>
    public async Task AssertAnsweredAsync()
    {
        var replies = await Task.WhenAll(_sockets.Select(static socket => socket.RequestAsync(Roll)));
        Assert.That(replies.Where(static reply => reply.Code != 200), Is.Empty, "sessions that kept still meanwhile");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _sockets)
        {
            await socket.DisposeAsync();
        }
    }
}
