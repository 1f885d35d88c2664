using System.Net.WebSockets;
using GameCluster.Gateway.Protocol;

namespace GameCluster.Tests.Protocol;

/// <summary>
/// What a client sends on a fresh connection, and the answer. With <see cref="Close"/> null the connection stays: exactly
/// <see cref="Answers"/> arrive, in this order, and nothing else. With a close code the connection is closed with it; frames that still arrive before
/// do not matter (P0-19).
/// </summary>
internal sealed record UnusualCase(
    string Name, string Clause, SentMessage[] Messages, ExpectedFrame[] Answers, CloseCode? Close, ClosedWhen When)
{
    public override string ToString() => Name;
}

/// <summary>One WebSocket message or, when it does not end one, a fragment.</summary>
internal sealed record SentMessage(WebSocketMessageType Type, byte[] Payload, bool EndOfMessage = true);

/// <summary>
/// A frame from the server, version 0. With an <see cref="ErrorCode"/> its body is an error object with that code and the same text in
/// <c>desc</c> and <c>info</c>, which for 404 contains the id; otherwise it is <see cref="Body"/>.
/// </summary>
internal sealed record ExpectedFrame(int MessageId, int? ErrorCode, string? Body);

/// <summary>What passes between the last message and the close.</summary>
internal enum ClosedWhen
{
    AtOnce,
    AfterFrameTimeout,
    AfterIdleTimeout,
}
