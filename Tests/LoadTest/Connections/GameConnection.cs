using System.Net.Sockets;
using GameCluster.LoadTest.Protocol;

namespace GameCluster.LoadTest.Connections;

/// <summary>A connection of version 0. What to do with the frames that arrive is the derived class's part.</summary>
internal abstract class GameConnection(Socket socket, int receiveBytes) : SocketConnection(socket, receiveBytes), IGameFrameSink
{
    private readonly GameFrameReader _frames = new();
    private int _openingId;
    private TaskCompletionSource<bool>? _opening;

    /// <summary>Sends an opening message and awaits its reply.</summary>
    /// <returns>False when the reply is an error frame or the connection ended.</returns>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public async Task<bool> OpenAsync(OpeningMessage message, int index, TimeSpan timeout, CancellationToken cancellation)
    {
        var reply = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (Gate)
        {
            if (!TryQueue(WebSocketFrameWriter.GameFrame(message.MessageId, message.BodyFor(index))))
            {
                return false;
            }

            _openingId = message.MessageId;
            _opening = reply;
            Flush();
        }

        return await reply.Task.WaitAsync(timeout, cancellation);
    }

    void IGameFrameSink.OnFrame(int messageId, ReadOnlySpan<byte> body)
    {
        if (_opening is null)
        {
            OnFrame(messageId, body);
        }
        else if (messageId == _openingId)
        {
            _opening.SetResult(!GameFrame.IsError(body));
            _opening = null;
        }
    }

    /// <summary>A frame arrived. Called under <see cref="SocketConnection.Gate"/>.</summary>
    protected abstract void OnFrame(int messageId, ReadOnlySpan<byte> body);

    /// <summary>The connection ended. Called once, under <see cref="SocketConnection.Gate"/>.</summary>
    protected abstract void OnEnded();

    protected sealed override void OnPayload(ReadOnlySpan<byte> payload) => _frames.Read(payload, this);

    protected sealed override void OnSocketEnded()
    {
        _opening?.SetResult(false);
        _opening = null;
        OnEnded();
    }
}
