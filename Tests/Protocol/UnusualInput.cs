using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using GameCluster.Gateway.Protocol;
using GameCluster.Services;

namespace GameCluster.Tests.Protocol;

/// <summary>
/// The document's table of unusual input, as far as it needs no more than a server with the default limits on which
/// <see cref="Heartbeat"/> answers <c>{"code":200}</c>, <see cref="Typed"/> reads a JSON object, both without login, and nobody handles
/// <see cref="Unhandled"/>.
/// To see that a connection stays, send <see cref="Probe"/> after the answers have come: the next frame is <see cref="ProbeAnswer"/>.
/// </summary>
internal static class UnusualInput
{
    public const int Heartbeat = 10_000;
    public const int Typed = 1_000;
    public const int Unhandled = 19_999;

    private const int Limit = 65_536;

    public static SentMessage Probe { get; } = Binary(FrameOf(Heartbeat, "{}"));

    public static ExpectedFrame ProbeAnswer { get; } = new(Heartbeat, ErrorCode: null, Body: """{"code":200}""");

    public static IEnumerable<UnusualCase> Cases => [.. Ids(), .. Framing(), .. Bodies(), .. Lengths(), .. TimeOuts()];

    private static byte[] Request { get; } = FrameOf(Heartbeat, "{}");

    private static byte[] GreatestRequest { get; } = FrameOf(Heartbeat, $"{{{new string(' ', Limit - FrameHeader.Size - 2)}}}");

    private static IEnumerable<UnusualCase> Ids()
    {
        yield return Refused("id nobody handles", "P0-24", Unhandled, ErrorCodes.UnknownMessage);
        yield return Refused("id outside every range", "P0-24", int.MaxValue, ErrorCodes.UnknownMessage);
        yield return Refused("id 0", "P0-24", 0, ErrorCodes.UnknownMessage);
        yield return Refused("id -1", "P0-24", -1, ErrorCodes.UnknownMessage);
        yield return Refused("least id", "P0-24", int.MinValue, ErrorCodes.UnknownMessage);
        yield return Refused("999 from a client", "P0-25", WellKnownMessages.Offline, ErrorCodes.Forbidden);
    }

    private static IEnumerable<UnusualCase> Framing()
    {
        yield return Answered("version 1", "P0-9", 1, Binary(FrameOf(Heartbeat, "{}", version: 1)));
        yield return Answered("version -1", "P0-9", 1, Binary(FrameOf(Heartbeat, "{}", version: -1)));
        yield return Answered("three frames in one message", "P0-4", 3, Binary([.. Request, .. Request, .. Request]));
        yield return Answered("one and a half, then half", "P0-4", 2, Binary([.. Request, .. Request[..7]]), Binary(Request[7..]));
        yield return Answered("one byte a message", "P0-4", 1, [.. Request.Select(value => Binary([value]))]);
        yield return Answered("message in fragments", "P0-4", 1, Fragment(Request[..3]), Fragment(Request[3..13]), Binary(Request[13..]));
        yield return Answered("empty message", "P0-4", 0, Binary([]));
        yield return Answered("empty message inside a frame", "P0-4", 1, Binary(Request[..5]), Binary([]), Binary(Request[5..]));
        yield return Answered("text message with a frame's bytes", "P0-5", 1, Text(Request));
        yield return Answered("frame begun in text, ended in binary", "P0-5", 1, Text(Request[..6]), Binary(Request[6..]));
        yield return Closed("text message that is not UTF-8", "P0-5", CloseCode.InvalidPayload, Text(FrameOf(Typed, "{}")));
    }

    private static IEnumerable<UnusualCase> Bodies()
    {
        yield return Answered("zero-length body", "P0-11", 1, Binary(FrameOf(Heartbeat, "")));
        yield return BadBody("body that is not UTF-8", [(byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)':', (byte)'1', (byte)'}']);
        foreach (var body in (string[])["hello", "{", "{} {}", "[]", "1", "null", "true", "\"text\""])
        {
            yield return BadBody($"body {body}", Encoding.UTF8.GetBytes(body));
        }
    }

    private static IEnumerable<UnusualCase> Lengths()
    {
        foreach (var length in (int[])[0, -1, 11, int.MinValue])
        {
            yield return Closed($"length {length}", "P0-13", CloseCode.ProtocolError, Binary(WithLength(length)));
            yield return Closed($"length {length}, four bytes only", "P0-15", CloseCode.ProtocolError, Binary(WithLength(length)[..4]));
        }

        foreach (var length in (int[])[Limit + 1, int.MaxValue])
        {
            yield return Closed($"length {length}", "P0-14", CloseCode.TooBig, Binary(WithLength(length)));
            yield return Closed($"length {length}, four bytes only", "P0-15", CloseCode.TooBig, Binary(WithLength(length)[..4]));
        }

        yield return Answered("greatest frame", "P0-14", 1, Binary(GreatestRequest));
        yield return Closed("message over the limit", "P0-16", CloseCode.TooBig, Binary([.. GreatestRequest, Request[0]]));
        yield return Closed("fragments over the limit", "P0-16", CloseCode.TooBig, Fragment(GreatestRequest), Fragment(Request[..1]));
        yield return Closed("JSON in a text message", "P0-14", CloseCode.ProtocolError, Text("""{"message_id":10000}"""u8.ToArray()));
        yield return Closed("JSON in a binary message", "P0-14", CloseCode.TooBig, Binary("""{"message_id":10000}"""u8.ToArray()));
    }

    private static IEnumerable<UnusualCase> TimeOuts()
    {
        yield return LeftOpen("stray bytes", Binary(Request[..5]));
        yield return LeftOpen("one stray byte", Binary(Request[..1]));
        yield return LeftOpen("frame without its last byte", Binary(Request[..^1]));
        yield return LeftOpen("text too short to be judged", Text("{}"u8.ToArray()));
        yield return LeftOpen("fragment and no more", Fragment(Request[..5]));
        yield return Idle("nothing");
        yield return Idle("empty messages only", Binary([]), Text([]), Binary([]));
    }

    private static UnusualCase Refused(string name, string clause, int messageId, int code) =>
        new(name, clause, [Binary(FrameOf(messageId, "{}"))], [new(messageId, code, Body: null)], Close: null, ClosedWhen.AtOnce);

    private static UnusualCase Answered(string name, string clause, int answers, params SentMessage[] messages) =>
        new(name, clause, messages, [.. Enumerable.Repeat(ProbeAnswer, answers)], Close: null, ClosedWhen.AtOnce);

    private static UnusualCase BadBody(string name, byte[] body) =>
        new(name, "P0-37", [Binary(FrameOf(Typed, body))], [new(Typed, ErrorCodes.BadRequest, Body: null)], Close: null, ClosedWhen.AtOnce);

    private static UnusualCase Closed(string name, string clause, CloseCode code, params SentMessage[] messages) =>
        new(name, clause, messages, [], code, ClosedWhen.AtOnce);

    private static UnusualCase LeftOpen(string name, params SentMessage[] messages) =>
        new(name, "P0-17", messages, [], CloseCode.ProtocolError, ClosedWhen.AfterFrameTimeout);

    private static UnusualCase Idle(string name, params SentMessage[] messages) =>
        new(name, "P0-18", messages, [], CloseCode.Normal, ClosedWhen.AfterIdleTimeout);

    private static SentMessage Binary(byte[] payload) => new(WebSocketMessageType.Binary, payload);

    private static SentMessage Text(byte[] payload) => new(WebSocketMessageType.Text, payload);

    private static SentMessage Fragment(byte[] payload) => new(WebSocketMessageType.Binary, payload, EndOfMessage: false);

    private static byte[] FrameOf(int messageId, string body, int version = 0) => FrameOf(messageId, Encoding.UTF8.GetBytes(body), version);

    private static byte[] FrameOf(int messageId, byte[] body, int version = 0)
    {
        var bytes = new byte[FrameHeader.Size + body.Length];
        new FrameHeader(bytes.Length, messageId, version).Write(bytes);
        body.CopyTo(bytes, FrameHeader.Size);
        return bytes;
    }

    private static byte[] WithLength(int length)
    {
        byte[] bytes = [.. Request];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        return bytes;
    }
}
