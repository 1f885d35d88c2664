using System.Net.Sockets;
using GameCluster.LoadTest.Connections;
using GameCluster.LoadTest.Load;
using GameCluster.LoadTest.Measuring;
using GameCluster.LoadTest.Protocol;

namespace GameCluster.LoadTest.Listening;

/// <summary>A connection that counts the frames that come, and sends nothing after the opening messages unless it is told to.</summary>
/// <param name="pushes">Told of every frame; null to ignore them.</param>
internal sealed class ListeningConnection(Socket socket, PushCounter? pushes) : GameConnection(socket, ReceiveBytes)
{
    private const int ReceiveBytes = 1024;

    /// <summary>Sends a frame.</summary>
    public void Send(int messageId, ReadOnlySpan<byte> body)
    {
        lock (Gate)
        {
            TryQueue(WebSocketFrameWriter.GameFrame(messageId, body));
            Flush();
        }
    }

    public void AddErrorsTo(ErrorCounts total)
    {
        lock (Gate)
        {
            total.AddEnd(CloseCode, Violation);
        }
    }

    protected override void OnFrame(int messageId, ReadOnlySpan<byte> body) => pushes?.Count(messageId, body);

    protected override void OnEnded()
    {
        // What an end means is read from the connection afterwards.
    }
}
