namespace GameCluster.LoadTest.Protocol;

/// <summary>Receives the content of WebSocket frames. Spans are valid only during the call.</summary>
internal interface IWebSocketSink
{
    /// <summary>The next bytes of data messages; message bounds carry no meaning in the game protocol and are not told.</summary>
    void OnPayload(ReadOnlySpan<byte> payload);

    void OnPing(ReadOnlySpan<byte> payload);

    /// <param name="code">The peer's close code, 1005 when it sent none.</param>
    void OnClose(int code);
}
