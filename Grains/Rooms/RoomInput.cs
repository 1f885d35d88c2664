using System.Text.Json;
using System.Text.Json.Serialization;
using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Rooms;

/// <summary>
/// One thing that happens to a room, with all that its execution depends on: executed again in the same order, the inputs of a room make the same room. A journal's entry is one of these as JSON.
/// </summary>
internal sealed record RoomInput(RoomInputKind Kind)
{
    /// <summary>What the room's clock says while it is executed.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Of a message or a join: the session.</summary>
    public Guid Session { get; init; }

    /// <summary>Of a message or a join: its player.</summary>
    public string? Player { get; init; }

    /// <summary>Of a join: whether it only watches.</summary>
    public bool Spectator { get; init; }

    /// <summary>Of a join of a member: whether its gateway follows the stream already.</summary>
    public bool Arrived { get; init; }

    /// <summary>The number of the member that it is about.</summary>
    public int Member { get; init; }

    /// <summary>Why a member leaves.</summary>
    public RoomLeaveReason Reason { get; init; }

    /// <summary>The message's id.</summary>
    public int Id { get; init; }

    /// <summary>The body of a message; what a joining session brings.</summary>
    public byte[]? Body { get; init; }

    /// <summary>The request's number in its session, or 0.</summary>
    public uint Number { get; init; }

    /// <summary>Requests of the session below this do not come again.</summary>
    public uint Settled { get; init; }

    /// <summary>What a published message is the newest of; the name of a timer.</summary>
    public string? Key { get; init; }

    /// <summary>How many steps.</summary>
    public int Count { get; init; }

    /// <summary>How the room begins.</summary>
    public RoomSetup? Setup { get; init; }

    /// <summary>What the room's chance begins with.</summary>
    public ulong Seed { get; init; }

    /// <summary>The HTTP request.</summary>
    public HttpCall? Http { get; init; }

    public static RoomInput Of(RoomJoinRequest request, bool arrived) => new(RoomInputKind.Join)
    {
        Session = request.Session.Value,
        Player = request.Player,
        Spectator = request.AsSpectator,
        Body = request.Data,
        Arrived = arrived,
    };

    public static RoomInput Of(MessageContext context) => new(RoomInputKind.Message)
    {
        Session = context.Session.Value,
        Player = context.Player,
        Id = context.MessageId,
        Body = context.Body,
        Number = context.Number,
        Settled = context.Settled,
    };

    /// <summary>Reads what <see cref="ToJson"/> has written.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static RoomInput Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, RoomJson.Default.RoomInput) ?? throw new JsonException("An entry of a room's journal is null.");

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, RoomJson.Default.RoomInput);

    public RoomJoinRequest ToJoin() => new(new SessionId(Session), Player, Spectator, Body);

    public LaneCall ToCall(string room) => new(new SessionId(Session), Player, room, [new InboundFrame(Id, Body ?? [], Number)], null, Settled);
}

/// <summary>How inputs are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RoomInput))]
internal sealed partial class RoomJson : JsonSerializerContext;
