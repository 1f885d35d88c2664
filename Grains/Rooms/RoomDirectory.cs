using System.Security.Cryptography;
using GameCluster.Services;
using GameCluster.Sessions;
using GameCluster.Watch;

namespace GameCluster.Rooms;

/// <inheritdoc />
internal sealed class RoomDirectory(IGrainFactory grains, RoomLists lists, ServiceCatalog catalog, ClusterWatch watch) : IRooms
{
    private const int RandomKeyBytes = 16;

    public async ValueTask<Response<RoomCreated>> CreateAsync(string service, string? room = null, RoomSetup? setup = null)
    {
        room ??= RandomNumberGenerator.GetHexString(2 * RandomKeyBytes, lowercase: true);
        if ((FindProblem(room) ?? FindProblem(setup) ?? FindQuarantine(service, room)) is { } problem)
        {
            return problem;
        }

        return await AskAsync<RoomCreated>(async () =>
        {
            var reply = await grains.GetGrain<IRoomGrain>(catalog.IdOf(service, room)).CreateAsync(setup ?? new RoomSetup());
            return reply.Code == ErrorCodes.Ok ? new RoomCreated(room, reply.IsNew) : Response.Error(reply.Code, reply.Text!);
        });
    }

    public async ValueTask<Response<RoomJoined>> JoinAsync(MessageContext context, string service, string room, bool asSpectator = false, byte[]? data = null)
    {
        if ((FindProblem(room) ?? FindProblem(data) ?? FindQuarantine(service, room)) is { } problem)
        {
            return problem;
        }

        return await AskAsync<RoomJoined>(async () =>
        {
            var id = catalog.IdOf(service, room);
            var request = new RoomJoinRequest(context.Session, context.Player, asSpectator, data);
            var reply = await (FindOwn(context, id) is { } own ? own.JoinNowAsync(request) : grains.GetGrain<IRoomGrain>(id).JoinAsync(request));
            if (reply.Code != ErrorCodes.Ok)
            {
                return Response.Error(reply.Code, reply.Text!);
            }

            context.Follow(id, service, room, reply.OpensStream, reply.Epoch);
            return new RoomJoined(room, reply.Member, reply.Returned, reply.Snapshot);
        });
    }

    public async ValueTask<Response<bool>> LeaveAsync(MessageContext context, string service, string room)
    {
        if (FindProblem(room) is { } problem)
        {
            return problem;
        }

        return await AskAsync<bool>(async () =>
        {
            var id = catalog.IdOf(service, room);
            var left = await (FindOwn(context, id) is { } own ? own.LeaveNowAsync(context.Session) : grains.GetGrain<IRoomGrain>(id).LeaveAsync(context.Session));

            // Also if the room is gone: the session may still be bound to it.
            context.Unfollow(id, service, room);
            return left;
        });
    }

    public ValueTask<RoomList> ListAsync(string? service, RoomFilter? filter = null, int limit = 100) =>
        lists.GetAsync(service, filter ?? new RoomFilter(), Math.Clamp(limit, 1, RoomLimits.MaxListed));

    /// <summary>The room, if the call comes from its own handler: a call from outside would wait for that very handler.</summary>
    private static RoomGrain? FindOwn(MessageContext context, GrainId id) => context.Grain is RoomGrain room && room.GetGrainId() == id ? room : null;

    private static async ValueTask<Response<T>> AskAsync<T>(Func<ValueTask<Response<T>>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            return CallFailure.Classify(exception) == DeliveryFailure.NotDelivered
                ? Response.Error(ErrorCodes.Unavailable, "No server could take the room in time.")
                : Response.Error(ErrorCodes.OutcomeUnknown, "The room's server did not answer; whether it did its work is unknown.");
        }
    }

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
