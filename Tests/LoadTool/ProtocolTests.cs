using CsCheck;
using GameCluster.LoadTest.Protocol;

namespace GameCluster.Tests.LoadTool;

internal sealed class ProtocolTests
{
    [Test]
    public void Read_BytesInAnyPieces_GivesTheSameFramesAndControls()
    {
        var shortFrame = ScriptedServer.Frame(1, [1, 2, 3]);
        var longFrame = ScriptedServer.Frame(2, new byte[70_000]);
        var emptyFrame = ScriptedServer.Frame(3, []);
        byte[] stream =
        [
            .. Message(0x02, shortFrame[..7]), .. Message(0x89, [9, 9]), .. Message(0x80, [.. shortFrame[7..], .. emptyFrame]),
            .. Message(0x82, []), .. Message(0x82, longFrame), .. Message(0x82, ScriptedServer.Frame(4, new byte[200])), .. Message(0x88, [0x03, 0xE9]),
        ];
        string[] expected = ["ping 2", "1: 3 bytes", "3: 0 bytes", "2: 70000 bytes", "4: 200 bytes", "close 1001"];

        Gen.Int[1, 400].Array[1, 20].Sample(pieces => Assert.That(Read(stream, pieces), Is.EqualTo(expected)), iter: 200);
    }

    [Test]
    public void Read_MaskedServerFrame_IsRefused() =>
        Assert.That(() => Read([0x82, 0x80, 0, 0, 0, 0], [64]), Throws.TypeOf<InvalidDataException>());

    [TestCase("""{"code":200}""", false)]
    [TestCase("""{"code":404,"desc":"x"}""", true)]
    [TestCase("""{"desc":"x", "code" : 404}""", true)]
    [TestCase("""{"data":{"code":404}}""", false)]
    [TestCase("""{"code":"404"}""", false)]
    [TestCase("not json \"code\"", false)]
    public void IsError_Body_TellsByTheTopLevelCode(string body, bool expected) =>
        Assert.That(GameFrame.IsError(System.Text.Encoding.UTF8.GetBytes(body)), Is.EqualTo(expected));

    private static byte[] Message(byte first, byte[] payload) => payload.Length switch
    {
        < 126 => [first, (byte)payload.Length, .. payload],
        <= 65_535 => [first, 126, (byte)(payload.Length >> 8), (byte)payload.Length, .. payload],
        _ => [first, 127, 0, 0, 0, 0, 0, (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, .. payload],
    };

    private static List<string> Read(byte[] stream, int[] pieces)
    {
        var sink = new Sink();
        var reader = new WebSocketFrameReader();
        for (int at = 0, i = 0; at < stream.Length; i++)
        {
            var end = Math.Min(at + pieces[i % pieces.Length], stream.Length);
            reader.Read(stream.AsSpan(at..end), sink);
            at = end;
        }

        return sink.Seen;
    }

    private sealed class Sink : IWebSocketSink, IGameFrameSink
    {
        private readonly GameFrameReader _frames = new();

        public List<string> Seen { get; } = [];

        public void OnPayload(ReadOnlySpan<byte> payload) => _frames.Read(payload, this);

        public void OnPing(ReadOnlySpan<byte> payload) => Seen.Add($"ping {payload.Length}");

        public void OnClose(int code) => Seen.Add($"close {code}");

        public void OnFrame(int messageId, ReadOnlySpan<byte> body) => Seen.Add($"{messageId}: {body.Length} bytes");
    }
}
