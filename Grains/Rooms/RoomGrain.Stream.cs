using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Rooms;

public abstract partial class RoomGrain
{
    async ValueTask<StreamResume> IStreamGrain.ResumeAsync(SessionId session, SiloAddress gateway, long epoch, uint lastNumber)
    {
        if (!Check(await FindAsync()) || _members.Find(session) is not { } member)
        {
            return new StreamResume(StreamResumeStatus.NotMember, 0, Epoch: _opened?.Epoch ?? 0);
        }

        var answer = Stream.Resume(session, gateway, epoch, lastNumber);
        if (answer.Status == StreamResumeStatus.NotMember)
        {
            return answer;
        }

        if (answer.Status == StreamResumeStatus.Resync)
        {
            answer = answer with { Snapshot = SnapshotFor(member) };
        }

        await UpdatePresenceAsync(member);
        return _phase == Phase.Elsewhere ? throw new OrleansException($"Room {Key} of {ServiceName} goes on elsewhere.") : answer;
    }

    async ValueTask<SessionId[]> IStreamGrain.FindMissingAsync(SiloAddress gateway, SessionId[] following) =>
        Check(await FindAsync()) ? Stream.FindMissing(gateway, following) : following;

    async ValueTask IStreamGrain.AwayAsync(SessionId session, long epoch)
    {
        if (Check(await FindAsync()) && _members.Find(session) is { } member && Stream.Away(session, epoch))
        {
            await UpdatePresenceAsync(member);
        }
    }

    ValueTask IStreamGrain.EndAsync(SessionId session, long epoch) => EndAsync(session, epoch);

    async ValueTask IStreamFeedback.LoseAsync(SiloAddress gateway, SessionId[]? sessions, long madeAt)
    {
        if (!Check(await FindAsync()))
        {
            return;
        }

        foreach (var lost in Stream.Lose(gateway, sessions, madeAt))
        {
            if (_members.Find(lost.Session) is { } member)
            {
                await UpdatePresenceAsync(member);
            }
        }
    }

    async ValueTask IStreamFeedback.RepeatAsync(SiloAddress gateway)
    {
        if (Check(await FindAsync()))
        {
            Stream.Repeat(gateway);
        }
    }

    async ValueTask<bool> IRoomGrain.PublishAsync(int messageId, byte[] body, string? key)
    {
        var isOpen = Check(await FindAsync())
            && Check(await EnterAsync(static about => new RoomInput(RoomInputKind.Publish) { Id = about.Id, Body = about.Body, Key = about.Key }, (Id: messageId, Body: body, Key: key)));
        if (isOpen)
        {
            Broadcast(messageId, body, key);
        }

        return isOpen;
    }

    private protected sealed override ValueTask<Outcome> InvokeAsync(Handler<MessageContext> handler, MessageContext context)
    {
        // The end of a session concerns whoever was a member, and finds out by itself.
        if (context.MessageId == WellKnownMessages.Offline)
        {
            return base.InvokeAsync(handler, context);
        }

        var found = Peek();
        if (found != RoomEntry.Entered)
        {
            return new ValueTask<Outcome>(OutcomeOf(found));
        }

        if (_members.Find(context.Session) is null)
        {
            return new ValueTask<Outcome>(NotMember());
        }

        var entering = EnterAsync(static about => RoomInput.Of(about), context);
        return entering is { IsCompletedSuccessfully: true, Result: RoomEntry.Entered } ? base.InvokeAsync(handler, context) : InvokeEnteredAsync(entering, handler, context);
    }

    private protected sealed override async ValueTask<Outcome> InvokeAsync(Handler<HttpCall> handler, HttpCall call)
    {
        var found = await FindAsync();
        if (found == RoomEntry.NoRoom)
        {
            DeactivateOnIdle();
            return new Outcome(Error: Response.Error(ErrorCodes.UnknownMessage, "There is no such room."));
        }

        Check(found);
        Check(await EnterAsync(static http => new RoomInput(RoomInputKind.Http) { Http = http }, call));
        return await base.InvokeAsync(handler, call);
    }

    private async ValueTask<Outcome> InvokeEnteredAsync(ValueTask<RoomEntry> entering, Handler<MessageContext> handler, MessageContext context)
    {
        var entry = await entering;
        return entry == RoomEntry.Entered ? await base.InvokeAsync(handler, context) : OutcomeOf(entry);
    }

    private Outcome NotMember() => new(Error: Response.Error(ErrorCodes.NotInRoom, $"The session is no member of this room of {ServiceName}."));
}
