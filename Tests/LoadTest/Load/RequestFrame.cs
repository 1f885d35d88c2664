using GameCluster.LoadTest.Protocol;

namespace GameCluster.LoadTest.Load;

/// <summary>The request as it goes over the wire, ready but for its counter: sending one is a copy and ten digits.</summary>
internal sealed class RequestFrame(int messageId, RequestBody body)
{
    private readonly byte[] _wire = WebSocketFrameWriter.GameFrame(messageId, body.Template);

    public int MessageId => messageId;

    public RequestBody Body => body;

    public int WireBytes => _wire.Length;

    public ReadOnlySpan<byte> Wire => _wire;

    public void WriteCounter(Span<byte> wire, long counter)
    {
        if (body.HasCounter)
        {
            RequestBody.WriteCounter(wire[(_wire.Length - body.Template.Length + body.CounterOffset)..], counter);
        }
    }
}
