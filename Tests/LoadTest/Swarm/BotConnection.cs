using System.Net.Sockets;
using System.Text.Json;
using GameCluster.LoadTest.Connections;
using GameCluster.LoadTest.Protocol;

namespace GameCluster.LoadTest.Swarm;

/// <summary>One of the connections that a bot has had, in version 1. It has no mind of its own: everything is told to the bot, under the bot's lock.</summary>
internal sealed class BotConnection(Socket socket, Lock gate, Uri gateway, IBotConnectionOwner owner) : SocketConnection(socket, ReceiveBytes, gate), IGameFrameSink
{
    private const int ReceiveBytes = 4096;

    private readonly GameFrameReader _frames = new(SessionFrame.Version);
    private readonly TaskCompletionSource _decided = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Uri Gateway { get; } = gateway;

    /// <summary>Whether the server has welcomed it.</summary>
    public bool IsWelcome { get; private set; }

    /// <summary>How long the server wants to be left alone; zero if it has not said so.</summary>
    public TimeSpan RetryAfter { get; set; }

    /// <summary>Whether its end was the bot's own doing.</summary>
    public bool IsOwnEnd { get; set; }

    /// <summary>Completes when it was welcomed or has ended.</summary>
    public Task Decided => _decided.Task;

    /// <summary>Call under the bot's lock.</summary>
    public void Welcome()
    {
        IsWelcome = true;
        _decided.TrySetResult();
    }

    /// <summary>Sends one frame. Call under the bot's lock.</summary>
    public void Send(int messageId, FrameKind kind, uint number, ReadOnlySpan<byte> body)
    {
        TryQueue(SessionFrame.Message(messageId, kind, number, body));
        Flush();
    }

    void IGameFrameSink.OnFrame(int messageId, ReadOnlySpan<byte> body) => owner.OnFrame(this, SessionFrame.Read(messageId, body));

    protected override void OnPayload(ReadOnlySpan<byte> payload)
    {
        try
        {
            _frames.Read(payload, this);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"The server sent a body that is not what its message id says: {e.Message}", e);
        }
    }

    protected override void OnSocketEnded()
    {
        _decided.TrySetResult();
        owner.OnEnded(this);
    }
}
