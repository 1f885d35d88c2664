using GameCluster.Games.Board.Rules;
using GameCluster.Rooms;
using GameCluster.Services;

namespace GameCluster.Games.Board;

/// <summary>A board whose strokes are never lost: not with the silo it is on either. Without cursors, which nobody needs to be kept.</summary>
[Service(Name, Key = ServiceKey.Room, Role = BoardRoom.Name)]
[Pushes(BoardMessages.Durable + BoardMessages.Drawn)]
[Pushes(BoardMessages.Durable + BoardMessages.Joined)]
[Pushes(BoardMessages.Durable + BoardMessages.Left)]
[Pushes(BoardMessages.Durable + BoardMessages.Away)]
[Pushes(BoardMessages.Durable + BoardMessages.Back)]
internal sealed class DurableBoardRoom : DurableRoomGrain<DrawingBoard>
{
    public const string Name = "board.durable";

    protected override int MaxMembers => 50;

    protected override int MaxSpectators => 500;

    protected override RoomPresence Presence { get; } = new(
        BoardMessages.Durable + BoardMessages.Joined,
        BoardMessages.Durable + BoardMessages.Left,
        BoardMessages.Durable + BoardMessages.Away,
        BoardMessages.Durable + BoardMessages.Back);

    [Handles(BoardMessages.Durable + BoardMessages.Draw)]
    public Response<DrawReply> Draw(DrawRequest request, MessageContext context)
    {
        var member = MemberOf(context);
        if (request.FindRefusal(member) is { } refusal)
        {
            return refusal;
        }

        var stroke = State.Draw(member.Number, request.Color, request.Points);
        Broadcast(BoardMessages.Durable + BoardMessages.Drawn, new StrokeMessage(stroke, State.First));
        return new DrawReply(ErrorCodes.Ok, stroke.Id);
    }

    [Handles(BoardMessages.Durable + BoardMessages.Leave)]
    public async Task<DoneReply> LeaveBoardAsync(MessageContext context)
    {
        await LeaveAsync(context);
        return new DoneReply(ErrorCodes.Ok);
    }

    protected override object Snapshot(RoomMember member) => BoardSnapshot.Of(State, Members);
}
