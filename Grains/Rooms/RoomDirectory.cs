using System.Security.Cryptography;
using GameCluster.Services;
using GameCluster.Sessions;
using GameCluster.Watch;

namespace GameCluster.Rooms;

/// <inheritdoc />
internal sealed class RoomDirectory(IGrainFactory grains, RoomCalls calls, RoomLists lists, ServiceCatalog catalog, ClusterWatch watch, TimeProvider time) : IRooms
{
    private const int RandomKeyBytes = 16;

    public async ValueTask<Response<RoomCreated>> CreateAsync(string service, string? room = null, RoomSetup? setup = null)
    {
        room ??= RandomNumberGenerator.GetHexString(2 * RandomKeyBytes, lowercase: true);
        if ((FindProblem(room) ?? FindProblem(setup) ?? FindQuarantine(service, room)) is { } problem)
        {
            return problem;
        }

        // By its request the room knows a repetition, so that whoever has opened it is told so.
        var (id, request) = (catalog.IdOf(service, room), (setup ?? new RoomSetup()) with { Request = Guid.NewGuid() });
        var asked = await calls.AskAsync(() => grains.GetGrain<IRoomGrain>(id).CreateAsync(request), time.GetTimestamp());
        return asked is not { Value: { } reply } ? asked.Error!
            : reply.Code != ErrorCodes.Ok ? Response.Error(reply.Code, reply.Text!)
            : new RoomCreated(room, reply.IsNew);
    }

    public async ValueTask<Response<RoomJoined>> JoinAsync(MessageContext context, string service, string room, bool asSpectator = false, byte[]? data = null)
    {
        if ((FindProblem(room) ?? FindProblem(data) ?? FindQuarantine(service, room)) is { } problem)
        {
            return problem;
        }

        var (id, request) = (catalog.IdOf(service, room), new RoomJoinRequest(context.Session, context.Player, asSpectator, data));
        var asked = FindOwn(context, id) is { } own
            ? await own.JoinNowAsync(request)
            : await calls.AskAsync(() => grains.GetGrain<IRoomGrain>(id).JoinAsync(request), context.StartedAt);
        if (asked is not { Value: { } reply })
        {
            return asked.Error!;
        }

        if (reply.Code != ErrorCodes.Ok)
        {
            return Response.Error(reply.Code, reply.Text!);
        }

        context.Follow(id, service, room, reply.OpensStream, reply.Epoch);
        return new RoomJoined(room, reply.Member, reply.Returned, reply.Snapshot);
    }

    public async ValueTask<Response<bool>> LeaveAsync(MessageContext context, string service, string room)
    {
        if (FindProblem(room) is { } problem)
        {
            return problem;
        }

        var id = catalog.IdOf(service, room);
        var left = FindOwn(context, id) is { } own
            ? await own.LeaveNowAsync(context.Session)
            : await calls.AskAsync(() => grains.GetGrain<IRoomGrain>(id).LeaveAsync(context.Session), context.StartedAt);
        if (left.Error is null)
        {
            // Also if the room is gone: the session may still be bound to it.
            context.Unfollow(id, service, room);
        }

        return left;
    }

    public ValueTask<RoomList> ListAsync(string? service, RoomFilter? filter = null, int limit = 100) =>
        lists.GetAsync(service, filter ?? new RoomFilter(), Math.Clamp(limit, 1, RoomLimits.MaxListed));

    /// <summary>The room, if the call comes from its own handler: a call from outside would wait for that very handler.</summary>
    private static RoomGrain? FindOwn(MessageContext context, GrainId id) => context.Grain is RoomGrain room && room.GetGrainId() == id ? room : null;

    private ResponseError? FindQuarantine(string service, string room) => watch.HasAny && watch.TryFind(catalog.IdOf(service, room), out _)
        ? Response.Error(ErrorCodes.Unavailable, "The room is in quarantine.")
        : null;

    private static ResponseError? FindProblem(string room) => room.Length is 0 or > RoomLimits.MaxKeyLength
        ? Response.Error(ErrorCodes.BadRequest, $"A room's key has 1 to {RoomLimits.MaxKeyLength} characters.")
        : null;

    private static ResponseError? FindProblem(RoomSetup? setup) => setup switch
    {
        { Label.Length: > RoomLimits.MaxLabelLength } => Response.Error(ErrorCodes.BadRequest, $"A room's label has at most {RoomLimits.MaxLabelLength} characters."),
        { MaxMembers: < 1 } => Response.Error(ErrorCodes.BadRequest, "A room has space for one member at least."),
        _ => FindProblem(setup?.Options),
    };

    private static ResponseError? FindProblem(byte[]? data) => data is { Length: > RoomLimits.MaxOptionsBytes }
        ? Response.Error(ErrorCodes.BadRequest, $"What comes with the call has at most {RoomLimits.MaxOptionsBytes} bytes.")
        : null;
}
