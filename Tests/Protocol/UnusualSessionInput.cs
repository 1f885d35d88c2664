using System.Buffers.Binary;
using System.Text;
using GameCluster.Gateway.Protocol;
using GameCluster.Services;

namespace GameCluster.Tests.Protocol;

/// <summary>
/// The document's table of unusual input in version 1, as far as one connection shows it: on a server on which <see cref="UnusualInput.Heartbeat"/> answers and
/// <see cref="Silent"/> answers nothing, both without login, and nobody handles <see cref="UnusualInput.Unhandled"/>.
/// </summary>
internal static class UnusualSessionInput
{
    /// <summary>An id whose handler answers nothing; that of the test services.</summary>
    public const int Silent = TestServices.MessageIds.NoReply;

    private const int Hello = -1;
    private const int Ack = -3;
    private const int VersionOffset = 8;
    private const uint ProbeNumber = 1_000_000;

    /// <summary>What to send to see that the connection stays and has nothing else to say.</summary>
    public static byte[] Probe { get; } = Encode(SessionFrame.Request, UnusualInput.Heartbeat, "{}", ProbeNumber);

    public static ExpectedSessionFrame ProbeAnswer { get; } = new(UnusualInput.Heartbeat, SessionFrame.Reply, ProbeNumber, ErrorCode: null);

    public static IEnumerable<UnusualSessionCase> Cases => [.. Hellos(), .. Frames(), .. Numbers(), .. Ids(), .. Acknowledgements()];

    private static IEnumerable<UnusualSessionCase> Hellos()
    {
        const string Common = "hello without a common version";
        yield return Refused(Common, "versions of the future", "P1-4", 426, Encode(SessionFrame.Notify, Hello, """{"versions":[2,7]}"""));
        yield return Refused(Common, "no version at all", "P1-4", 426, Encode(SessionFrame.Notify, Hello, """{"versions":[]}"""));

        const string Unreadable = "hello that is not JSON, is no object or has no `versions`; of 12 to 19 bytes";
        foreach (var hello in (string[])["hello", "[]", "{}", """{"versions":1}""", """{"versions":[1],"resume":{"token":7}}""", ""])
        {
            yield return Refused(Unreadable, $"hello '{hello}'", "P1-5", ErrorCodes.BadRequest, Encode(SessionFrame.Notify, Hello, hello));
        }

        foreach (var length in (int[])[12, 19])
        {
            yield return Refused(Unreadable, $"hello of {length} bytes", "P1-5", ErrorCodes.BadRequest, Short(length));
        }

        const string Version0 = "first frame with id -1 and version 0";
        yield return Refused(Version0, "hello of version 0", "P1-2", ErrorCodes.UnknownMessage, WithVersion(0, Encode(SessionFrame.Notify, Hello, """{"versions":[1]}""")));

        const string Later = "hello as a later frame, of either version";
        yield return new(Later, "hello in version 1", "P1-2", IsWelcomed: true, [Encode(SessionFrame.Notify, Hello, """{"versions":[1]}""")], [Error(Hello, 0, ErrorCodes.UnknownMessage)], Close: null);
        yield return new(Later, "hello in version 0", "P1-2", IsWelcomed: false, [GameFrame(), Encode(SessionFrame.Notify, Hello, """{"versions":[1]}""")],
            [new(UnusualInput.Heartbeat, SessionFrame.Reply, 0, ErrorCode: null), Error(Hello, 0, ErrorCodes.UnknownMessage)], Close: null);
    }

    private static IEnumerable<UnusualSessionCase> Frames()
    {
        foreach (var version in (int[])[0, 2])
        {
            yield return Closed("frame with version 0 or 2 after welcome", $"version {version}", "P1-7", WithVersion(version, Request(1)));
        }

        foreach (var length in (int[])[12, 19])
        {
            yield return Closed("length 12 to 19 after welcome", $"length {length} after welcome", "P1-8", WithLength(length, Request(1)));
        }

        yield return Answered("flags other than 0", "all flags", "P1-9", Encode(SessionFrame.Request, UnusualInput.Heartbeat, "{}", 1, flags: 255), Reply(UnusualInput.Heartbeat, 1));
        foreach (var kind in (byte[])[SessionFrame.Reply, SessionFrame.Error, SessionFrame.Push, 5, 255])
        {
            yield return Closed("kinds 2, 3, 4, 5 to 255 from a client", $"kind {kind}", "P1-11", Encode(kind, UnusualInput.Heartbeat, "{}", 1));
        }
    }

    private static IEnumerable<UnusualSessionCase> Numbers()
    {
        const string NotAbove = "request with a number not above the last of this connection";
        yield return Closed("request with number 0", "request 0", "P1-11", Request(0));
        yield return Closed(NotAbove, "the number of the last request", "P1-15", Request(5), Request(5));
        yield return Closed(NotAbove, "a number below the last", "P1-15", Request(5), Request(4));

        // Handled: the error says so, and its number is 0 whatever the notify's was.
        yield return Answered("notify with a number or a stream", "notify with both", "P1-11",
            Encode(SessionFrame.Notify, UnusualInput.Typed, "no JSON", 7, stream: 9), Error(UnusualInput.Typed, 0, ErrorCodes.BadRequest));
        yield return Answered("request whose handler answers nothing", "nothing to answer", "P1-16", Encode(SessionFrame.Request, Silent, "{}", 1), Reply(Silent, 1));
    }

    private static IEnumerable<UnusualSessionCase> Ids()
    {
        foreach (var id in (int[])[UnusualInput.Unhandled, 0, Hello, -7, -77, int.MinValue])
        {
            yield return Answered("id nobody handles, 0, or negative, as a request", $"request {id}", "P1-16", Encode(SessionFrame.Request, id, "{}", 3), Error(id, 3, ErrorCodes.UnknownMessage));
        }

        foreach (var id in (int[])[UnusualInput.Unhandled, -2])
        {
            yield return Answered("id nobody handles, as a notify", $"notify {id}", "P1-17", Encode(SessionFrame.Notify, id, "{}"), Error(id, 0, ErrorCodes.UnknownMessage));
        }
    }

    private static IEnumerable<UnusualSessionCase> Acknowledgements()
    {
        const string Ignored = "ack of an unknown stream, of a lower or a higher number";
        foreach (var ack in (string[])["""{"streams":{"7":3}}""", """{"streams":{"0":0}}""", """{"streams":{"0":4000000000}}"""])
        {
            yield return Answered(Ignored, $"ack {ack}", "P1-34", Encode(SessionFrame.Notify, Ack, ack));
        }

        yield return Answered("ack that is not JSON", "ack of text", "P1-29", Encode(SessionFrame.Notify, Ack, "ack"), Error(Ack, 0, ErrorCodes.BadRequest));
    }

    /// <summary>Hello that leaves the connection at version 0.</summary>
    private static UnusualSessionCase Refused(string row, string name, string clause, int code, byte[] hello) =>
        new(row, name, clause, IsWelcomed: false, [hello], [Error(Hello, 0, code)], Close: null);

    private static UnusualSessionCase Answered(string row, string name, string clause, byte[] message, params ExpectedSessionFrame[] answers) =>
        new(row, name, clause, IsWelcomed: true, [message], answers, Close: null);

    private static UnusualSessionCase Closed(string row, string name, string clause, params byte[][] messages) =>
        new(row, name, clause, IsWelcomed: true, messages, [], CloseCode.ProtocolError);

    private static ExpectedSessionFrame Reply(int messageId, uint number) => new(messageId, SessionFrame.Reply, number, ErrorCode: null);

    private static ExpectedSessionFrame Error(int messageId, uint number, int code) => new(messageId, SessionFrame.Error, number, code);

    private static byte[] Request(uint number) => Encode(SessionFrame.Request, UnusualInput.Heartbeat, "{}", number);

    private static byte[] GameFrame() => UnusualInput.Probe.Payload;

    private static byte[] Encode(byte kind, int messageId, string json, uint number = 0, byte flags = 0, ushort stream = 0)
    {
        var body = Encoding.UTF8.GetBytes(json);
        var bytes = new byte[SessionFrame.Size + body.Length];
        new SessionFrame(kind, flags, stream, number).Write(bytes, messageId, body);
        return bytes;
    }

    /// <summary>Hello with a header of version 0's length and what fits behind it.</summary>
    private static byte[] Short(int length)
    {
        var bytes = new byte[length];
        new FrameHeader(length, Hello, 1).Write(bytes);
        return bytes;
    }

    private static byte[] WithVersion(int version, byte[] frame)
    {
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(VersionOffset), version);
        return frame;
    }

    private static byte[] WithLength(int length, byte[] frame)
    {
        BinaryPrimitives.WriteInt32LittleEndian(frame, length);
        return frame;
    }
}

/// <summary>
/// What a client sends on a fresh connection, after welcome or as its first words, and the answer: exactly <see cref="Answers"/> in this order, after which the connection stays,
/// or a close. <see cref="Row"/> is the input as the document's table names it.
/// </summary>
internal sealed record UnusualSessionCase(
    string Row, string Name, string Clause, bool IsWelcomed, byte[][] Messages, ExpectedSessionFrame[] Answers, CloseCode? Close)
{
    public override string ToString() => Name;
}

/// <summary>A frame from the server; on a connection that stays at version 0 without kind and number.</summary>
internal sealed record ExpectedSessionFrame(int MessageId, byte Kind, uint Number, int? ErrorCode);
