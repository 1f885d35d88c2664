using System.Globalization;
using System.Text;
using System.Text.Json;
using GameCluster.LoadTest.Histories;

namespace GameCluster.LoadTest.Swarm;

/// <summary>The room of the test services that does nothing but pass on what it is told: for what rooms themselves cost.</summary>
/// <param name="bodyBytes">Publishes are at least so long.</param>
internal sealed class StageGame(int bodyBytes) : ISwarmGame
{
    public const string Name = "stage";

    private const int CreateId = 61110;
    private const int JoinId = 61111;
    private const int LeaveId = 61112;
    private const int PublishId = 61113;
    private const int PublishedId = 61114;
    private const int CountId = 61115;
    private const int MarkNumbers = 3;

    private readonly string _padding = new('.', bodyBytes);

    public string Service => "tests.stage";

    public BotRequest Create() => new(CreateId, "create", "{}"u8.ToArray());

    public string ReadCreated(ReadOnlySpan<byte> body)
    {
        using var created = JsonDocument.Parse(body.ToArray());
        return created.RootElement.GetProperty("room").GetString()!;
    }

    public BotRequest Join(string room) => new(JoinId, "join", JsonSerializer.SerializeToUtf8Bytes(new { room }));

    public BotRequest Leave() => new(LeaveId, EventOp.Leave, "{}"u8.ToArray());

    public BotRequest Publish(PublishMark mark)
    {
        var text = mark.ToString();
        return new BotRequest(PublishId, EventOp.Publish, Encoding.ASCII.GetBytes($$"""{"text":"{{text}}{{_padding.AsSpan(Math.Min(text.Length, bodyBytes))}}"}"""), text);
    }

    public BotRequest Count(string room) => new(CountId, EventOp.Count, "{}"u8.ToArray());

    public RoomFacts ReadAnswer(BotRequest request, ReadOnlySpan<byte> body)
    {
        if (request.Op is not (EventOp.Publish or EventOp.Count))
        {
            return default;
        }

        using var reply = JsonDocument.Parse(body.ToArray());
        return new RoomFacts(reply.RootElement.GetProperty("count").GetInt64());
    }

    public bool TryReadPublish(int messageId, ReadOnlySpan<byte> body, out PublishMark mark, out RoomFacts facts)
    {
        (mark, facts) = (default, default);
        if (messageId != PublishedId)
        {
            return false;
        }

        var count = 0;
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                count = TryReadMark(reader.ValueSpan, out mark);
            }
            else if (reader.TokenType == JsonTokenType.Number)
            {
                facts = new RoomFacts(reader.GetInt64());
            }
        }

        return count == MarkNumbers;
    }

    private static int TryReadMark(ReadOnlySpan<byte> text, out PublishMark mark)
    {
        Span<long> numbers = stackalloc long[MarkNumbers];
        var count = 0;
        foreach (var part in text.Split((byte)'.'))
        {
            if (count == MarkNumbers || !long.TryParse(text[part], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[count]))
            {
                break;
            }

            count++;
        }

        mark = new PublishMark((int)numbers[0], (int)numbers[1], numbers[2]);
        return count;
    }
}
