namespace GameCluster.LoadTest.Protocol;

/// <summary>Receives whole game frames. The body is valid only during the call.</summary>
internal interface IGameFrameSink
{
    void OnFrame(int messageId, ReadOnlySpan<byte> body);
}
