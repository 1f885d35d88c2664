using System.Globalization;
using GameCluster.Games.Board.Rules;
using GameCluster.Rooms;
using GameCluster.Services;

namespace GameCluster.Games.Board;

/// <summary>A board that its members draw on together. Strokes reach everybody, in order and once; of a cursor only the newest place matters.</summary>
[Service(Name, Key = ServiceKey.Room)]
[Pushes(BoardMessages.Drawn)]
[Pushes(BoardMessages.CursorMoved, Delivery = DeliveryClass.Latest)]
[Pushes(BoardMessages.Joined)]
[Pushes(BoardMessages.Left)]
[Pushes(BoardMessages.Away)]
[Pushes(BoardMessages.Back)]
internal sealed class BoardRoom : RoomGrain
{
    public const string Name = "board";

    private readonly DrawingBoard _board = new();

    protected override int MaxMembers => 50;

    protected override int MaxSpectators => 500;

    protected override RoomPresence Presence { get; } = new(BoardMessages.Joined, BoardMessages.Left, BoardMessages.Away, BoardMessages.Back);

    [Handles(BoardMessages.Draw)]
    public Response<DrawReply> Draw(DrawRequest request, MessageContext context)
    {
        var member = MemberOf(context);
        if (request.FindRefusal(member) is { } refusal)
        {
            return refusal;
        }

        var stroke = _board.Draw(member.Number, request.Color, request.Points);
        Broadcast(BoardMessages.Drawn, new StrokeMessage(stroke, _board.First));
        return new DrawReply(ErrorCodes.Ok, stroke.Id);
    }

    [Handles(BoardMessages.MoveCursor)]
    public void MoveCursor(CursorRequest request, MessageContext context)
    {
        var member = MemberOf(context);
        if (!member.IsSpectator && DrawingBoard.IsOnBoard(request.X) && DrawingBoard.IsOnBoard(request.Y))
        {
            BroadcastExcept(member, BoardMessages.CursorMoved, new CursorMessage(member.Number, request.X, request.Y), KeyOf(member));
        }
    }

    [Handles(BoardMessages.Leave)]
    public async Task<DoneReply> LeaveBoardAsync(MessageContext context)
    {
        await LeaveAsync(context);
        return new DoneReply(ErrorCodes.Ok);
    }

    protected override ValueTask OnLeaveAsync(RoomMember member, RoomLeaveReason reason)
    {
        Forget(BoardMessages.CursorMoved, KeyOf(member));
        return default;
    }

    protected override object Snapshot(RoomMember member) => BoardSnapshot.Of(_board, Members);

    private static string KeyOf(RoomMember member) => member.Number.ToString(CultureInfo.InvariantCulture);
}
