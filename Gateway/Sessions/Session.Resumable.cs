using GameCluster.Gateway.Protocol;
using GameCluster.Push;
using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Gateway.Sessions;

/// <summary>What is known of the session elsewhere, and what sessions of version 1 do differently: their requests have numbers, and they outlive their connection.</summary>
internal sealed partial class Session
{
    private const string TooManyStreams = "the session follows, or has followed, as many rooms and groups as one can";

    private ResumableSession? _resumable;

    // Those an earlier connection of the session has used.
    private SessionTarget[] _inherited = [];

    /// <summary>The number of this attachment of the session.</summary>
    public long Epoch => _resumable?.Epoch ?? 1;

    /// <summary>Whether its socket has gone.</summary>
    public bool HasEnded => _endState != (int)EndState.Open;

    /// <summary>What the session is, for the cluster to keep.</summary>
    public SessionRecord Record => new()
    {
        Player = Player,
        Rooms = _bindings.Rooms,
        EarlierRooms = _bindings.EarlierRooms,
        Targets = [.. Listeners().Select(static listener => new SessionTarget(listener.Route.Name, listener.Route.CreateGrainId(listener.Key ?? AnyKeys[0])))
            .Union(_inherited.Where(IsCurrent))],
        Streams = _streams?.All ?? [],
        LastStream = _streams?.LastNumber ?? 0,
        Answers = _resumable?.Answers ?? [],
    };

    /// <summary>Everything by which the session's grain can begin.</summary>
    public SessionAttachment Attachment => new()
    {
        Gateway = _context.Directory.Gateway,
        Epoch = Epoch,
        Record = Record,
        TokenHash = _resumable?.TokenHash,
        LastNumber = _streams?.LastOwn ?? 0,
    };

    /// <summary>Whether this is the connection, or the last one, of a session that can be resumed.</summary>
    public bool MayComeBack => _resumable is { IsOver: false, IsTakenOver: false };

    /// <summary>Services in use, for comparing with what is kept.</summary>
    public int ServiceCount => _lanes.Additions + _pools.Length;

    /// <summary>Whether the session waits for its client.</summary>
    private bool IsAway => _resumable is { IsOver: false };

    /// <summary>Makes a session that has just begun one that can be resumed. Null in time-out; false if the grain refused it.</summary>
    public Task<bool?> BeginAsync(ResumeToken token)
    {
        _resumable = new ResumableSession(1, token.Hash) { HasSpoken = true };
        _streams = new SessionStreams(this, _context);
        _streams.Begin(SessionRecord.Empty, ClientStreams.None, isNew: true);
        return _entry.EnterNewAsync();
    }

    /// <summary>Goes on with a session that an earlier connection had. To be followed by welcome and <see cref="OnWelcomed"/>.</summary>
    public void GoOn(SessionResumption resumption, ResumeToken token, Hello hello)
    {
        var record = resumption.Record!;
        _resumable = new ResumableSession(resumption.Epoch, token.Hash);
        _resumable.Keep(record.Answers);
        _resumable.Settle(hello.Settled);
        _bindings.Restore(record);
        _inherited = record.Targets;
        _streams = new SessionStreams(this, _context);
        _streams.Begin(record, hello.Streams, isNew: false);
        _entry.Adopt(ServiceCount);
    }

    /// <summary>The streams of the session, for welcome.</summary>
    public SessionStream[] Streams => _streams?.All ?? [];

    /// <summary>The client has been told that its session goes on: so do its streams.</summary>
    public void OnWelcomed() => _streams!.Open();

    /// <summary>Takes a frame of version 1. False if its client breaks the protocol.</summary>
    public bool ReceiveNumbered(in Frame frame)
    {
        OnFrame();
        var resumable = _resumable!;
        if (!resumable.HasSpoken)
        {
            resumable.HasSpoken = true;
            _context.Directory.Confirm(this);
        }

        var (kind, number) = (frame.Session.Kind, frame.Session.Number);
        if (kind == SessionFrame.Request)
        {
            if (number <= resumable.LastRequest)
            {
                return false;
            }

            resumable.LastRequest = number;
            if (resumable.FindAnswer(number) is { } answer)
            {
                Send(answer);
                _streams!.OnAnsweredAgain(number);
            }
            else
            {
                Route(new InboundFrame(frame.MessageId, frame.Body, number));
            }

            return true;
        }

        if (kind != SessionFrame.Notify)
        {
            return false;
        }

        if (!TakeSystem(frame, resumable))
        {
            Route(new InboundFrame(frame.MessageId, frame.Body));
        }

        return true;
    }

    /// <summary>A push of the session's own stream.</summary>
    public SendResult Pass(in PushDelivery push) => _resumable is null
        ? Client.Send(new OutgoingFrame(push.MessageId, push.Body, default, push.Class, push.Key))
        : _streams!.Pass(push);

    /// <summary>A push of a room's or a group's stream.</summary>
    public void Pass(StreamDelivery delivery, uint number) => _streams?.Pass(delivery, number);

    /// <summary>A push that nobody numbers.</summary>
    public SendResult SendLive(int messageId, byte[] body) => _resumable is null
        ? Client.Send(messageId, body)
        : Client.Send(new OutgoingFrame(messageId, body, new SessionFrame(SessionFrame.Push, 0, 0, 0), DeliveryClass.Droppable));

    /// <summary>Sends a system message, unless the client speaks version 0.</summary>
    public void SendSystem<T>(int messageId, Func<T, byte[]> write, T argument)
    {
        if (_resumable is not null)
        {
            Client.Send(new OutgoingFrame(messageId, write(argument)));
        }
    }

    /// <summary>Ends the session and its connection; the client can read why.</summary>
    public void Kick(string reason)
    {
        if (_resumable is { } resumable)
        {
            resumable.IsOver = true;
            SendSystem(SystemMessage.Kick, SystemBody.Kick, reason);
        }

        Client.Close(CloseCode.Kicked, reason);
    }

    private async Task AcknowledgeAsync(ResumableSession resumable)
    {
        uint received;
        do
        {
            received = resumable.Received;
        }
        while (resumable.TryGoOnTelling(await _context.Directory.AcknowledgeAsync(this, received).ConfigureAwait(false) ? received : null));
    }

    /// <summary>The client says that it will not come back.</summary>
    public void OnFarewell()
    {
        if (_resumable is { } resumable)
        {
            resumable.IsOver = true;
        }
    }

    /// <summary>Another connection carries the session.</summary>
    public void OnTakenOver()
    {
        if (_resumable is { } resumable)
        {
            resumable.IsTakenOver = true;
        }

        Client.Close(CloseCode.TakenOver, "the session is carried by another connection");
    }

    /// <summary>The rooms and groups whose pushes are passed on now.</summary>
    public GrainId[] OpenStreams => _streams?.Flowing ?? [];

    /// <summary>Asks a room or group to go on from the last push, as it does not know of the session being here. Ends when it has answered.</summary>
    public Task ResumeStreamAsync(GrainId stream) => _streams?.ResumeAsync(stream) ?? Task.CompletedTask;

    /// <summary>A room or a group says that the session does not follow it any more.</summary>
    public void CloseStream(GrainId stream, long epoch)
    {
        if (_streams?.Close(stream, epoch) is { } closed)
        {
            OnStreamClosed(closed);
        }
    }

    /// <summary>A stream has ended. <paramref name="reason"/>: why, unless its source has said so.</summary>
    public void OnStreamClosed(SessionStream closed, string? reason = null)
    {
        _streams!.Announce([(closed, false)], reason);
        _entry.SaveSoon();
    }

    private bool IsCurrent(SessionTarget target) =>
        _context.Routes.Current.FindService(target.Service) is { } route
        && (target.Grain == route.CreateGrainId(AnyKeys[0]) || (KeyFor(route) is { } key && target.Grain == route.CreateGrainId(key)));

    private bool TakeSystem(in Frame frame, ResumableSession resumable)
    {
        switch (frame.MessageId)
        {
            case SystemMessage.Ping:
                Client.Send(new OutgoingFrame(SystemMessage.Pong, frame.Body));
                return true;
            case SystemMessage.Ack when ClientStreams.TryReadAck(frame.Body, out var streams, out var settled):
                resumable.Settle(settled);
                if (streams.TryGetValue(0, out var own) && own <= _streams!.LastOwn && resumable.TryBeginTelling(own))
                {
                    _ = AcknowledgeAsync(resumable);
                }

                return true;
            case SystemMessage.Ack:
                Refuse(frame.MessageId, 0, ErrorCodes.BadRequest, "the acknowledgement is not as the protocol says");
                return true;
            default:
                return false;
        }
    }

    private void SendError(int messageId, uint number, byte[] body)
    {
        if (_resumable is null)
        {
            Client.Send(messageId, body);
        }
        else
        {
            Client.Send(new OutgoingFrame(messageId, body, new SessionFrame(SessionFrame.Error, 0, 0, number)));
        }
    }

    private void Send(SessionAnswer answer) => Client.Send(new OutgoingFrame(
        answer.MessageId,
        answer.Body,
        new SessionFrame(answer.Kind == FrameKind.Error ? SessionFrame.Error : SessionFrame.Reply, 0, 0, answer.Request)));

    /// <summary>A plain reply leaves at once; what changes the session or pushes to it is kept first.</summary>
    private void CompleteNumbered(Lane lane, LaneCall call, LaneReply reply)
    {
        if (reply.Effects is null && !Array.Exists(reply.Frames, static frame => frame.Kind == FrameKind.Push))
        {
            Client.Cork();
            try
            {
                CallAnswers.ForEach(call, reply, this, static (session, answer) => session.Send(answer));
            }
            finally
            {
                Client.Uncork();
            }

            Finish(lane, call, reply);
        }
        else
        {
            _ = Task.Run(() => KeepAndCompleteAsync(lane, call, reply));
        }
    }

    private async Task KeepAndCompleteAsync(Lane lane, LaneCall call, LaneReply reply)
    {
        var answers = CallAnswers.Of(call, reply);
        var changes = reply.Effects is { } effects ? await KeepAsync(effects, answers).ConfigureAwait(false) : [];
        if (changes is null || !await PushAsync(call, reply).ConfigureAwait(false))
        {
            // What was done cannot be kept: the client comes back and asks again, and whoever did it has the answer.
            Client.Close(CloseCode.InternalError, "the session's state cannot be kept for now");
            Finish(lane, call, reply);
            return;
        }

        _streams!.Announce(changes);
        Client.Cork();
        try
        {
            answers.ForEach(Send);
        }
        finally
        {
            Client.Uncork();
        }

        _streams.OpenNew(changes);
        if ((reply.Effects?.CloseReason ?? (_streams.IsFull ? TooManyStreams : null)) is { } reason)
        {
            Kick(reason);
        }

        Finish(lane, call, reply);
    }

    /// <summary>Applies and keeps what handlers changed; null if it could not be kept. A refused login changes the last answer.</summary>
    private async Task<IReadOnlyList<(SessionStream Stream, bool Opened)>?> KeepAsync(SessionEffects effects, List<SessionAnswer> answers)
    {
        _bindings.Apply(effects, _resumable!.Settled);
        var changes = effects.Streams is { } streams ? _streams!.Apply(streams, answers.Select(static answer => answer.Request).DefaultIfEmpty().Max()) : [];
        _resumable.Keep(answers.Where(static answer => answer.Request != 0));
        switch (await _entry.SaveAsync().ConfigureAwait(false))
        {
            case SessionSaveResult.Saved:
                return changes;
            case SessionSaveResult.LoginRefused:
                _bindings.Apply(new SessionEffects { Player = "" });
                if (answers.Count > 0)
                {
                    var body = ErrorBody.Create(ErrorCodes.LoggedInElsewhere, "the player is logged in elsewhere");
                    answers[^1] = answers[^1] with { Kind = FrameKind.Error, Body = body };
                    _resumable.Replace(answers[^1]);
                    await _entry.SaveAsync().ConfigureAwait(false);
                }

                return changes;
            default:
                return null;
        }
    }

    private Task<bool> PushAsync(LaneCall call, LaneReply reply)
    {
        var pushes = CallAnswers.PushesOf(call, reply);
        return pushes.Length == 0 ? Task.FromResult(true) : _context.Directory.AppendAsync(this, _resumable!.Settled, pushes);
    }

    /// <summary>Applies what handlers changed about a session that ends with its connection; the cluster learns of it in a moment. Returns the streams that are to begin.</summary>
    private IReadOnlyList<(SessionStream Stream, bool Opened)> Apply(SessionEffects effects)
    {
        _bindings.Apply(effects);
        var changes = effects.Streams is { } streams ? (_streams ??= new SessionStreams(this, _context)).Apply(streams) : [];
        if (_streams is { IsFull: true })
        {
            Kick(TooManyStreams);
        }

        _entry.SaveSoon();
        return changes;
    }
}
