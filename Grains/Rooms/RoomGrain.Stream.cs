using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Rooms;

public abstract partial class RoomGrain
{
    async ValueTask<StreamResume> IStreamGrain.ResumeAsync(SessionId session, SiloAddress gateway, long epoch, uint lastNumber)
    {
        if (!TryEnter() || _members.Find(session) is not { } member)
        {
            return new StreamResume(StreamResumeStatus.NotMember, 0);
        }

        var answer = _stream.Resume(session, gateway, epoch, lastNumber);
        if (answer.Status == StreamResumeStatus.NotMember)
        {
            return answer;
        }

        if (answer.Status == StreamResumeStatus.Resync)
        {
            answer = answer with { Snapshot = SnapshotFor(member) };
        }

        if (member.IsAway)
        {
            await ComeBackAsync(member);
        }

        return answer;
    }

    ValueTask<SessionId[]> IStreamGrain.FindMissingAsync(SiloAddress gateway, SessionId[] following) =>
        ValueTask.FromResult(TryEnter() ? _stream.FindMissing(gateway, following) : following);

    async ValueTask IStreamGrain.AwayAsync(SessionId session, long epoch)
    {
        if (TryEnter() && _members.Find(session) is { } member && _stream.Away(session, epoch))
        {
            await GoAwayAsync(member);
        }
    }

    ValueTask IStreamGrain.EndAsync(SessionId session, long epoch) => EndAsync(session, epoch);

    async ValueTask IStreamFeedback.LoseAsync(SiloAddress gateway, SessionId[]? sessions, long madeAt)
    {
        if (!TryEnter())
        {
            return;
        }

        foreach (var lost in _stream.Lose(gateway, sessions, madeAt))
        {
            if (_members.Find(lost.Session) is { } member)
            {
                await GoAwayAsync(member);
            }
        }
    }

    ValueTask IStreamFeedback.RepeatAsync(SiloAddress gateway)
    {
        if (TryEnter())
        {
            _stream.Repeat(gateway);
        }

        return default;
    }

    ValueTask<bool> IRoomGrain.PublishAsync(int messageId, byte[] body, string? key)
    {
        var isOpen = TryEnter();
        if (isOpen)
        {
            Broadcast(messageId, body, key);
        }

        return ValueTask.FromResult(isOpen);
    }

    private protected sealed override ValueTask<Outcome> InvokeAsync(Handler<MessageContext> handler, MessageContext context)
    {
        // The end of a session concerns whoever was a member, and finds out by itself.
        if (context.MessageId == WellKnownMessages.Offline || (TryEnter() && _members.Find(context.Session) is not null))
        {
            return base.InvokeAsync(handler, context);
        }

        return new ValueTask<Outcome>(new Outcome(Error: Response.Error(ErrorCodes.NotInRoom, $"The session is no member of this room of {ServiceName}.")));
    }

    private protected sealed override ValueTask<Outcome> InvokeAsync(Handler<HttpCall> handler, HttpCall call) => TryEnter()
        ? base.InvokeAsync(handler, call)
        : new ValueTask<Outcome>(new Outcome(Error: Response.Error(ErrorCodes.UnknownMessage, "There is no such room.")));
}
