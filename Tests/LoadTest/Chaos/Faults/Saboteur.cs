using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using GameCluster.LoadTest.Chaos.Scenarios;
using GameCluster.LoadTest.Protocol;

namespace GameCluster.LoadTest.Chaos.Faults;

/// <summary>A session of version 0 that sends one message and waits for the answer, or for as long as the fault lasts.</summary>
internal static class Saboteur
{
    private const int HeaderBytes = 12;
    private const int LongestFrame = 1 << 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task SendAsync(Uri url, FaultSpec spec, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(spec.For + Patience);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(url, limit.Token);
        await socket.SendAsync(FrameOf(spec), WebSocketMessageType.Binary, endOfMessage: true, limit.Token);
        await ExpectAsync(socket, spec, limit.Token);
        socket.Abort();
    }

    private static byte[] FrameOf(FaultSpec spec)
    {
        var frame = new byte[HeaderBytes + Encoding.UTF8.GetByteCount(spec.BodyText)];
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(sizeof(int)), spec.MessageId);
        Encoding.UTF8.GetBytes(spec.BodyText, frame.AsSpan(HeaderBytes));
        return frame;
    }

    private static async Task ExpectAsync(ClientWebSocket socket, FaultSpec spec, CancellationToken cancellation)
    {
        var answer = new byte[LongestFrame];
        var received = await socket.ReceiveAsync(answer, cancellation);
        var body = answer.AsMemory(0, received.Count)[Math.Min(HeaderBytes, received.Count)..];
        var code = GameFrame.TryReadNumber(body.Span, "code"u8, out var number) ? (int)number : 0;
        if (spec.Answer != 0 && code != spec.Answer)
        {
            throw new InvalidDataException($"Message {spec.MessageId} was answered with code {code} instead of {spec.Answer}: {Encoding.UTF8.GetString(body.Span)}");
        }
    }
}
