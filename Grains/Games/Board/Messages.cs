using System.Text.Json;
using System.Text.Json.Serialization;
using GameCluster.Games.Board.Rules;
using GameCluster.Rooms;
using GameCluster.Services;

namespace GameCluster.Games.Board;

internal sealed record CreateRequest(string? Label = null, int? Max = null);

internal sealed record CreateReply(int Code, string Room);

internal sealed record ListRequest(string? Label = null);

internal sealed record ListReply(int Code, BoardEntry[] Rooms, bool Complete);

internal sealed record BoardEntry(string Room, string? Label, int Members, int Max);

internal sealed record JoinRequest(string Room, bool Spectator = false);

internal sealed record JoinReply(int Code, string Room, int Member, bool Returned, JsonElement Board);

internal sealed record DrawRequest(int Color, int[] Points)
{
    /// <summary>Why the member may not draw this, or null.</summary>
    public ResponseError? FindRefusal(RoomMember member) =>
        member.IsSpectator ? Response.Error(ErrorCodes.Forbidden, "Spectators do not draw.")
        : DrawingBoard.FindProblem(Color, Points) is { } problem ? Response.Error(ErrorCodes.BadRequest, problem) : null;
}

internal sealed record DrawReply(int Code, int Id);

internal sealed record CursorRequest(int X, int Y);

internal sealed record DoneReply(int Code);

/// <summary>A new stroke, and which is now the oldest that has not faded.</summary>
internal sealed record StrokeMessage(Stroke Stroke, int First);

internal sealed record CursorMessage(int Member, int X, int Y);

/// <summary>All that somebody who comes needs to see.</summary>
internal sealed record BoardSnapshot(IReadOnlyCollection<Stroke> Strokes, int First, MemberEntry[] Members)
{
    public static BoardSnapshot Of(DrawingBoard board, IEnumerable<RoomMember> members) =>
        new(board.Strokes, board.First, [.. members.Select(static one => new MemberEntry(one.Number, one.Player, one.IsSpectator, one.IsAway))]);
}

internal sealed record MemberEntry(int Member, string? Player, bool Spectator, bool Away);

[JsonSerializable(typeof(CreateRequest))]
[JsonSerializable(typeof(CreateReply))]
[JsonSerializable(typeof(ListRequest))]
[JsonSerializable(typeof(ListReply))]
[JsonSerializable(typeof(JoinRequest))]
[JsonSerializable(typeof(JoinReply))]
[JsonSerializable(typeof(DrawRequest))]
[JsonSerializable(typeof(DrawReply))]
[JsonSerializable(typeof(CursorRequest))]
[JsonSerializable(typeof(DoneReply))]
[JsonSerializable(typeof(StrokeMessage))]
[JsonSerializable(typeof(CursorMessage))]
[JsonSerializable(typeof(BoardSnapshot))]
internal sealed partial class BoardJson : JsonSerializerContext;
