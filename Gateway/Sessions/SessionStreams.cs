using GameCluster.Gateway.Protocol;
using GameCluster.Push;
using GameCluster.Rooms;
using GameCluster.Services;

namespace GameCluster.Gateway.Sessions;

/// <summary>
/// The streams of one session on this connection: its own and those of rooms and groups. Pushes come at least once and in the order of their source's outbox;
/// here one that comes again is dropped, and where one is missing the source is asked to go on from the last. Safe from any thread.
/// </summary>
internal sealed class SessionStreams(Session session, SessionContext context)
{
    /// <summary>What a session follows is kept with it, told to its client at each welcome and saved with each change.</summary>
    private const int MaxFollowed = 1_000;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly List<FollowedStream> _streams = [];
    private ushort _lastNumber;

    /// <summary>The streams of rooms and groups.</summary>
    public SessionStream[] All
    {
        get
        {
            lock (_gate)
            {
                return [.. _streams.Select(static followed => followed.Stream).OfType<SessionStream>()];
            }
        }
    }

    /// <summary>Where the streams of rooms and groups come from whose pushes are passed on now.</summary>
    public GrainId[] Flowing
    {
        get
        {
            lock (_gate)
            {
                return [.. _streams.Where(static followed => followed is { IsOpen: true, IsResuming: false, Stream: not null }).Select(static followed => followed.Stream!.Grain)];
            }
        }
    }

    /// <summary>The last number given to a stream.</summary>
    public ushort LastNumber
    {
        get
        {
            lock (_gate)
            {
                return _lastNumber;
            }
        }
    }

    /// <summary>Whether a stream could not be followed: there are too many of them, or no more numbers, as each is given to one stream only.</summary>
    public bool IsFull { get; private set; }

    /// <summary>The last number passed on of the session's own stream.</summary>
    public uint LastOwn
    {
        get
        {
            lock (_gate)
            {
                return _streams.Find(static followed => followed.Stream is null)?.Last ?? 0;
            }
        }
    }

    /// <summary>Begins with the session's own stream, open if the session is new, and those that an earlier connection had.</summary>
    public void Begin(SessionRecord record, IReadOnlyDictionary<ushort, uint> received, bool isNew)
    {
        lock (_gate)
        {
            _lastNumber = record.LastStream;
            _streams.Add(new FollowedStream(null, received.GetValueOrDefault((ushort)0)) { IsOpen = isNew });
            _streams.AddRange(record.Streams.Select(stream => new FollowedStream(stream, received.GetValueOrDefault(stream.Number))));
        }
    }

    /// <summary>Lets every stream go on from what the client has: it has been welcomed.</summary>
    public void Open()
    {
        lock (_gate)
        {
            foreach (var followed in _streams)
            {
                _ = Resume(followed);
            }
        }
    }

    /// <summary>
    /// Follows and leaves streams as handlers have said. Returns what has changed, for <see cref="Announce"/>. One that is opened while it is followed begins anew, under a new
    /// number: its source is not the one that was followed, which has gone without a word. <paramref name="request"/>: the last request whose answers say so, or 0.
    /// </summary>
    public IReadOnlyList<(SessionStream Stream, bool Opened)> Apply(StreamChange[] changes, uint request = 0)
    {
        var applied = new List<(SessionStream, bool)>();
        lock (_gate)
        {
            foreach (var change in changes)
            {
                var known = Find(change.Stream);
                if (known is not null)
                {
                    _streams.Remove(known);
                    applied.Add((known.Stream!, false));
                }

                if (change.Opened && (_lastNumber == ushort.MaxValue || _streams.Count > MaxFollowed))
                {
                    IsFull = true;
                }
                else if (change.Opened)
                {
                    var stream = new SessionStream(++_lastNumber, change.Stream, change.Service, change.Room, change.Epoch, request);
                    _streams.Add(new FollowedStream(stream, 0));
                    applied.Add((stream, true));
                }
            }
        }

        return applied;
    }

    /// <summary>
    /// Ceases to follow a stream, as its source says; null if it was not followed. While the source is being asked to go on, the word may be an earlier room's of the same key: then
    /// the answer counts.
    /// </summary>
    public SessionStream? Close(GrainId grain, long epoch)
    {
        lock (_gate)
        {
            if (Find(grain) is not { } known || !known.Accepts(epoch))
            {
                return null;
            }

            if (known.IsResuming || !known.IsOpen)
            {
                known.HasMissed = true;
                return null;
            }

            _streams.Remove(known);
            return known.Stream;
        }
    }

    /// <summary>Asks the source of a room's or group's stream to go on, if it is not being asked already. Ends when it has answered.</summary>
    public Task ResumeAsync(GrainId grain)
    {
        lock (_gate)
        {
            return Find(grain) is { IsOpen: true } followed ? Resume(followed) : Task.CompletedTask;
        }
    }

    /// <summary>Tells the client what has changed. New streams wait for <see cref="OpenNew"/>. <paramref name="reason"/>: why streams were closed, unless that was somebody's wish.</summary>
    public void Announce(IReadOnlyList<(SessionStream Stream, bool Opened)> changes, string? reason = null)
    {
        foreach (var (stream, opened) in changes)
        {
            session.SendSystem(
                SystemMessage.Stream, static change => SystemBody.Stream(change.Stream, change.Opened, change.Reason), (Stream: stream, Opened: opened, Reason: reason));
        }
    }

    /// <summary>Lets new streams begin. The client has the answer by which it knows what their first push comes after.</summary>
    public void OpenNew(IReadOnlyList<(SessionStream Stream, bool Opened)> changes)
    {
        foreach (var (stream, opened) in changes)
        {
            lock (_gate)
            {
                if (opened && Find(stream.Grain) is { } followed && followed.Number == stream.Number)
                {
                    _ = Resume(followed);
                }
            }
        }
    }

    /// <summary>
    /// A request was answered again. If its answer has led into rooms, it may tell of them as they were before what the client has heard of them since its return: so they are asked for their present state.
    /// </summary>
    public void OnAnsweredAgain(uint request)
    {
        lock (_gate)
        {
            foreach (var followed in _streams.Where(followed => followed.IsOpen && followed.Stream?.Request == request && IsRoom(followed.Stream)))
            {
                followed.NeedsSnapshot = true;
                _ = Resume(followed);
            }
        }
    }

    /// <summary>Groups have no state.</summary>
    private bool IsRoom(SessionStream stream) => context.Routes.Current.FindService(stream.Service) is { Key: ServiceKey.Room };

    /// <summary>A push of a room or a group.</summary>
    public void Pass(StreamDelivery delivery, uint number)
    {
        lock (_gate)
        {
            if (Find(delivery.Stream) is { } followed && followed.Accepts(delivery.Epoch))
            {
                Pass(followed, number, delivery.MessageId, delivery.Body, delivery.Class, delivery.Key);
            }
        }
    }

    /// <summary>A push of the session's own stream.</summary>
    public SendResult Pass(in PushDelivery push)
    {
        lock (_gate)
        {
            return _streams.Find(static followed => followed.Stream is null) is { } own
                ? Pass(own, push.Number, push.MessageId, push.Body, push.Class, push.Key)
                : SendResult.Closed;
        }
    }

    private SendResult Pass(FollowedStream followed, uint number, int messageId, byte[] body, DeliveryClass @class, string? key)
    {
        if (!followed.IsOpen || (number != 0 && number != followed.Last + 1))
        {
            // The client does not know of the stream yet, or it comes again, or something before it is missing.
            if (followed.IsOpen && number > followed.Last)
            {
                followed.HasMissed = true;
                _ = Resume(followed);
            }

            return SendResult.Queued;
        }

        followed.Last = Math.Max(followed.Last, number);
        return session.Client.Send(new OutgoingFrame(messageId, body, new SessionFrame(SessionFrame.Push, 0, followed.Number, number), @class, key));
    }

    private Task Resume(FollowedStream followed)
    {
        if (followed.IsResuming)
        {
            return Task.CompletedTask;
        }

        followed.IsOpen = followed.IsResuming = true;
        followed.HasMissed = false;
        var last = followed.From;
        return Task.Run(() => ResumeAsync(followed, last));
    }

    private async Task ResumeAsync(FollowedStream followed, uint last)
    {
        while (!session.HasEnded)
        {
            var goesOn = await AskAsync(followed, last).ConfigureAwait(false);
            lock (_gate)
            {
                if (!_streams.Contains(followed))
                {
                    return;
                }

                if (goesOn is { } word && !followed.Accepts(word.Epoch))
                {
                    // A room that has been opened elsewhere and does not know it yet.
                    goesOn = null;
                }

                if (goesOn is { Status: StreamResumeStatus.NotMember })
                {
                    followed.IsResuming = false;
                    if (followed.Stream is null)
                    {
                        return;
                    }

                    _streams.Remove(followed);
                    break;
                }

                if (goesOn is { } answer)
                {
                    Resynchronise(followed, answer);
                    if (!followed.HasMissed && !followed.NeedsSnapshot)
                    {
                        followed.IsResuming = false;
                        return;
                    }

                    followed.HasMissed = false;
                }

                last = followed.From;
            }

            await Task.Delay(RetryDelay, context.Time).ConfigureAwait(false);
        }

        if (!session.HasEnded)
        {
            session.OnStreamClosed(followed.Stream!, SystemBody.Gone);
        }
    }

    private void Resynchronise(FollowedStream followed, StreamResume answer)
    {
        if (answer.Status == StreamResumeStatus.Resync)
        {
            var reason = followed.NeedsSnapshot ? SystemBody.Repeated : answer.Reason ?? "";
            (followed.Last, followed.NeedsSnapshot) = (answer.Number, false);
            session.SendSystem(
                SystemMessage.Resync,
                static resync => SystemBody.Resync(resync.Stream, resync.Answer.Number, resync.Reason, resync.Answer.Snapshot),
                (followed.Stream, Answer: answer, Reason: reason));
        }
    }

    /// <summary>Asks the source to go on. Null if it did not answer.</summary>
    private async Task<StreamResume?> AskAsync(FollowedStream followed, uint last)
    {
        try
        {
            return followed.Stream is { } stream
                ? await context.Grains.GetGrain<IStreamGrain>(stream.Grain).ResumeAsync(session.Id, context.Directory.Gateway, session.Epoch, last).ConfigureAwait(false)
                : await context.Directory.FlowAsync(session, last).ConfigureAwait(false);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private FollowedStream? Find(GrainId grain)
    {
        foreach (var followed in _streams)
        {
            if (followed.Stream is { } stream && stream.Grain.Equals(grain))
            {
                return followed;
            }
        }

        return null;
    }
}
