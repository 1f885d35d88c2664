using System.Globalization;
using System.Text;
using System.Text.Json;
using GameCluster.LoadTest.Histories;

namespace GameCluster.LoadTest.Swarm;

/// <summary>The room of the test services that keeps an account, or its durable form: a publish is a booking, and what the room does for the first time tells its epoch and its silo.</summary>
internal sealed class AccountGame(bool isDurable = false) : ISwarmGame
{
    public const string Name = "account";

    /// <summary>The durable form.</summary>
    public const string DurableName = "account.durable";

    private const int CreateId = 61130;
    private const int JoinId = 61131;
    private const int LeaveId = 61132;
    private const int BookId = 61133;
    private const int BookedId = 61134;
    private const int ReadId = 61135;

    private readonly int _idsFrom = isDurable ? 10 : 0;

    public string Service => isDurable ? "tests.account.durable" : "tests.account";

    public BotRequest Create() => new(_idsFrom + CreateId, "create", "{}"u8.ToArray());

    public string ReadCreated(ReadOnlySpan<byte> body)
    {
        using var created = JsonDocument.Parse(body.ToArray());
        return created.RootElement.GetProperty("room").GetString()!;
    }

    public BotRequest Join(string room) => new(_idsFrom + JoinId, "join", JsonSerializer.SerializeToUtf8Bytes(new { room }));

    public BotRequest Leave() => new(_idsFrom + LeaveId, EventOp.Leave, "{}"u8.ToArray());

    public BotRequest Publish(PublishMark mark)
    {
        var text = mark.ToString();
        return new BotRequest(_idsFrom + BookId, EventOp.Publish, Encoding.ASCII.GetBytes($$"""{"text":"{{text}}","amount":{{Amount.Of(text).ToString(CultureInfo.InvariantCulture)}}}"""), text);
    }

    public BotRequest Count(string room) => new(_idsFrom + ReadId, EventOp.Count, "{}"u8.ToArray());

    public RoomFacts ReadAnswer(BotRequest request, ReadOnlySpan<byte> body)
    {
        if (request.Op is not (EventOp.Publish or EventOp.Count))
        {
            return default;
        }

        using var reply = JsonDocument.Parse(body.ToArray());
        var balance = request.Op == EventOp.Count ? reply.RootElement.GetProperty("balance").GetInt64().ToString(CultureInfo.InvariantCulture) : null;
        return FactsOf(reply.RootElement) with { Balance = balance };
    }

    public bool TryReadPublish(int messageId, ReadOnlySpan<byte> body, out PublishMark mark, out RoomFacts facts)
    {
        (mark, facts) = (default, default);
        if (messageId != _idsFrom + BookedId)
        {
            return false;
        }

        using var booked = JsonDocument.Parse(body.ToArray());
        facts = FactsOf(booked.RootElement);
        return PublishMark.TryParse(booked.RootElement.GetProperty("text").GetString()!, out mark);
    }

    private static RoomFacts FactsOf(JsonElement said) => new(
        said.GetProperty("place").GetInt64(),
        null,
        said.TryGetProperty("epoch", out var epoch) ? epoch.GetInt64() : null,
        said.TryGetProperty("silo", out var silo) ? silo.GetString() : null);
}
