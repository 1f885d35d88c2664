using System.Text;
using System.Text.Json;
using GameCluster.LoadTest.Histories;

namespace GameCluster.LoadTest.Swarm;

/// <summary>The demo game board, or its durable form: a publish is a stroke, whose points are its mark, and whose id is its place in the room.</summary>
internal sealed class BoardGame(bool isDurable = false) : ISwarmGame
{
    public const string Name = "board";

    /// <summary>The durable form.</summary>
    public const string DurableName = "board.durable";

    private const int CreateId = 30010;
    private const int JoinId = 30012;
    private const int LeaveId = 30020;
    private const int DrawId = 30021;
    private const int DrawnId = 30030;

    private const int MarkNumbers = 8;
    private const int BitsOfNumber = 12;
    private const int NumberMask = (1 << BitsOfNumber) - 1;

    private readonly int _idsFrom = isDurable ? 100 : 0;

    public string Service => isDurable ? DurableName : Name;

    public BotRequest Create() => new(_idsFrom + CreateId, "create", "{}"u8.ToArray());

    public string ReadCreated(ReadOnlySpan<byte> body)
    {
        using var created = JsonDocument.Parse(body.ToArray());
        return created.RootElement.GetProperty("room").GetString()!;
    }

    public BotRequest Join(string room) => new(_idsFrom + JoinId, "join", JoinBody(room));

    public BotRequest Leave() => new(_idsFrom + LeaveId, EventOp.Leave, "{}"u8.ToArray());

    public BotRequest Publish(PublishMark mark)
    {
        var points = string.Join(',', High(mark.Bot), Low(mark.Bot), High(mark.Sequence), Low(mark.Sequence), Low(mark.SentAt >> (2 * BitsOfNumber)), High(mark.SentAt), Low(mark.SentAt), 0);
        return new BotRequest(_idsFrom + DrawId, EventOp.Publish, Encoding.ASCII.GetBytes($$"""{"color":0,"points":[{{points}}]}"""), mark.ToString());
    }

    /// <summary>Joining again changes nothing, and its answer shows the board with the newest stroke.</summary>
    public BotRequest Count(string room) => new(_idsFrom + JoinId, EventOp.Count, JoinBody(room));

    public RoomFacts ReadAnswer(BotRequest request, ReadOnlySpan<byte> body)
    {
        if (request.Op is not (EventOp.Publish or EventOp.Count))
        {
            return default;
        }

        using var reply = JsonDocument.Parse(body.ToArray());
        if (request.Op == EventOp.Publish)
        {
            return new RoomFacts(reply.RootElement.GetProperty("id").GetInt64());
        }

        var strokes = reply.RootElement.GetProperty("board").GetProperty("strokes");
        return new RoomFacts(strokes.GetArrayLength() == 0 ? 0 : strokes[strokes.GetArrayLength() - 1].GetProperty("id").GetInt64());
    }

    public bool TryReadPublish(int messageId, ReadOnlySpan<byte> body, out PublishMark mark, out RoomFacts facts)
    {
        (mark, facts) = (default, default);
        if (messageId != _idsFrom + DrawnId)
        {
            return false;
        }

        Span<long> numbers = stackalloc long[MarkNumbers];
        var (count, isPoints) = (0, false);
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                isPoints = reader.ValueTextEquals("points"u8);
                if (reader.ValueTextEquals("id"u8) && reader.Read())
                {
                    facts = new RoomFacts(reader.GetInt64());
                }
            }
            else if (isPoints && reader.TokenType == JsonTokenType.Number && count < MarkNumbers)
            {
                numbers[count++] = reader.GetInt64();
            }
        }

        mark = new PublishMark(
            (int)((numbers[0] << BitsOfNumber) | numbers[1]),
            (int)((numbers[2] << BitsOfNumber) | numbers[3]),
            (((numbers[4] << BitsOfNumber) | numbers[5]) << BitsOfNumber) | numbers[6]);
        return count == MarkNumbers;
    }

    private static byte[] JoinBody(string room) => JsonSerializer.SerializeToUtf8Bytes(new { room });

    private static long High(long value) => (value >> BitsOfNumber) & NumberMask;

    private static long Low(long value) => value & NumberMask;
}
