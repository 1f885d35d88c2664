using System.Diagnostics;
using GameCluster.Diagnostics;
using GameCluster.Gateway.Protocol;
using GameCluster.Gateway.Routing;
using GameCluster.Push;
using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Gateway.Sessions;

/// <summary>
/// One client: who it is, what it is bound to, and its lanes. <see cref="Receive"/> belongs to the socket's receive loop; completions come from any
/// thread.
/// </summary>
internal sealed partial class Session
{
    private static readonly byte[] OfflineBody = """{"message_id":999}"""u8.ToArray();

    private readonly SessionContext _context;
    private readonly LaneSet _lanes;
    private readonly DirectoryEntry _entry;
    private readonly SessionBindings _bindings = new();
    private volatile string[] _pools = [];
    private long _lastFrameAt;
    private int _endState;
    private SessionStreams? _streams;

    public Session(SessionId id, IClientConnection client, SessionContext context)
    {
        Id = id;
        Client = client;
        _context = context;
        _lanes = new LaneSet(this, context.Grains, context.Metrics, context.Options.Value);
        _entry = new DirectoryEntry(this, context.Directory);
        ConnectedAt = context.Time.GetUtcNow();
        _lastFrameAt = context.Time.GetTimestamp();
    }

    private enum EndState
    {
        Open,
        Draining,
        Ended,
    }

    public SessionId Id { get; }

    public IClientConnection Client { get; }

    public DateTimeOffset ConnectedAt { get; }

    public string? Player => _bindings.Player;

    public long FramesIn { get; private set; }

    /// <summary>How long ago the last complete frame came.</summary>
    public TimeSpan SilentFor => _context.Time.GetElapsedTime(Volatile.Read(ref _lastFrameAt));

    /// <summary>The services the session has used or is bound to.</summary>
    public string[] Services => [.. _lanes.Lasting.Select(static lane => lane.Service).Concat(_bindings.Rooms.Keys).Concat(_pools).Distinct()];

    /// <summary>Whether the socket should not be read for now: too much of the session is unanswered.</summary>
    public bool IsFull => _lanes.IsFull;

    /// <summary>Whether every frame taken has been answered.</summary>
    public bool IsAnswered => _lanes.IsDrained && !IsHolding;

    /// <summary>Takes a frame from the client: into its lane, from where <see cref="Flush"/> sends it, or answered with an error at once.</summary>
    public void Receive(Frame frame)
    {
        OnFrame();
        Route(new InboundFrame(frame.MessageId, frame.Body));
    }

    /// <summary>Sends what is ready: one call for each lane that has none under way. The first makes the session known to the cluster.</summary>
    public void Flush()
    {
        if (!_lanes.HasReady)
        {
            return;
        }

        if (!_entry.IsEntered)
        {
            _entry.Enter();
            return;
        }

        if (!_entry.Knows(ServiceCount))
        {
            if (_resumable is not null)
            {
                _entry.NoteAndGoOn(ServiceCount);
                return;
            }

            _entry.Note(ServiceCount);
        }

        while (_lanes.TryTake(out var lane, out var frames))
        {
            Send(lane, frames);
        }
    }

    /// <summary>The cluster knows the session and what it uses: what waited for that goes on.</summary>
    public void OnEntered()
    {
        Flush();
        EndIfDrained();
    }

    /// <summary>Completes when the session may take more frames.</summary>
    public Task WaitForRoomAsync() => _lanes.WaitForRoomAsync();

    /// <summary>A lane's call has its reply: what handlers changed is applied, the frames leave, the lane goes on.</summary>
    public void Complete(Lane lane, LaneCall call, LaneReply reply)
    {
        if (_resumable is not null)
        {
            CompleteNumbered(lane, call, reply);
            return;
        }

        var changes = reply.Effects is { } effects ? Apply(effects) : [];
        Client.Cork();
        try
        {
            foreach (var frame in reply.Frames)
            {
                Client.Send(new OutgoingFrame(frame.MessageId, frame.Body, default, frame.Class));
            }
        }
        finally
        {
            Client.Uncork();
        }

        _streams?.OpenNew(changes);
        if (reply.Effects?.CloseReason is { } reason)
        {
            Client.Close(CloseCode.Kicked, reason);
        }

        Finish(lane, call, reply);
    }

    private void Finish(Lane lane, LaneCall call, LaneReply reply)
    {
        lane.Location = reply.Silo;
        lane.Meter.OnRequestsHandled(reply.Handled);
        if (lane.IsSampled())
        {
            lane.Meter.OnCallSampled(_context.Time.GetElapsedTime(lane.StartedAt));
        }

        Finish(lane, call, reply.Handled);
    }

    /// <summary>Whether the end of the lane's call under way leads to nothing else: no call is ready to go and the session is not at its end.</summary>
    public bool IsLastOf(Lane lane) => lane.Waiting == 0 && !_lanes.HasReady && !IsHolding && _endState == (int)EndState.Open;

    /// <summary>A lane's call has no reply: it is tried again where that is safe and time is left, else its sender is told.</summary>
    public void Fail(Lane lane, LaneCall call, DeliveryFailure failure)
    {
        lane.Location = null;
        if (MayRepeat(lane, call, failure) && _context.Dispatcher.TryAgain(lane, call))
        {
            return;
        }

        var body = failure == DeliveryFailure.NotDelivered
            ? ErrorBody.Create(ErrorCodes.Unavailable, $"no server of {lane.Service} could take the message in time; it was not handled")
            : ErrorBody.Create(ErrorCodes.OutcomeUnknown, $"the server of {lane.Service} went away or was too slow; whether the message was handled is unknown");
        foreach (var frame in call.Frames)
        {
            SendError(frame.MessageId, frame.Number, body);
        }

        lane.Trace?.SetStatus(ActivityStatusCode.Error);
        _context.Metrics.OnRequestsFailed(lane.Service, call.Frames.Length, failure);
        Finish(lane, call, call.Frames.Length);
    }

    /// <summary>Enters the session into the cluster's directory again, as the silo that held its entry may have gone.</summary>
    public Task ReenterDirectoryAsync() => _entry.ReenterAsync();

    /// <summary>
    /// The socket has gone. A session that ends with it: every service it used or was bound to is told, after what it still had for them. One that can be
    /// resumed waits for its client, unless the client has said that it will not come back.
    /// </summary>
    public void End()
    {
        if (Interlocked.CompareExchange(ref _endState, (int)EndState.Draining, (int)EndState.Open) != (int)EndState.Open)
        {
            return;
        }

        _context.Sessions.BeginEnd(this);
        _held?.Clear();
        if (_resumable is null)
        {
            foreach (var (route, key) in Listeners())
            {
                _lanes.Enqueue(route, key ?? AnyKey(), once: key is null, new InboundFrame(WellKnownMessages.Offline, OfflineBody));
            }

            Flush();
        }

        EndIfDrained();
    }

    /// <summary>What operators see of the session.</summary>
    public SessionSummary Summarise(SiloAddress gateway) => new(
        Id, Player, Client.RemoteAddress, ConnectedAt, _context.Time.GetUtcNow() - SilentFor, FramesIn, Client.FramesOut, Client.QueuedBytes, gateway, Services);

    /// <summary>Whom the session's end concerns, with the grain's key; null where any grain will do.</summary>
    private List<(ServiceRoute Route, string? Key)> Listeners()
    {
        var lasting = _lanes.Lasting.Concat(_bindings.Rooms.Select(static room => (room.Key, room.Value))).Distinct().ToList();

        // Of those of whom any grain will do, one is told.
        var any = _pools.Except(lasting.Select(static lane => lane.Item1)).Select(static service => (service, (string?)null));
        var listeners = new List<(ServiceRoute, string?)>();
        foreach (var (service, key) in lasting.Select(static lane => (lane.Item1, (string?)lane.Item2)).Concat(any))
        {
            // A grain of the session's own ends with it, whether it handles the notice or not.
            if (_context.Routes.Current.FindService(service) is { } route
                && (route.FindHandler(WellKnownMessages.Offline) is not null || (route.Key == ServiceKey.Session && key is not null)))
            {
                listeners.Add((route, key));
            }
        }

        return listeners;
    }

    private void OnFrame()
    {
        FramesIn++;
        Volatile.Write(ref _lastFrameAt, _context.Time.GetTimestamp());
    }

    private void Send(Lane lane, InboundFrame[] frames)
    {
        lane.StartedAt = _context.Time.GetTimestamp();
        lane.Retries = 0;
        lane.Trace = CallTrace.StartCall(lane.Service, frames.Length);
        _context.Dispatcher.Send(lane, new LaneCall(Id, Player, lane.Room ?? _bindings.RoomOf(lane.Service), frames, lane.Trace?.Id, _resumable?.Settled ?? 0));
    }

    /// <summary>Whether a call may be made again: it was not taken, or doing it twice does no harm, or a repeat gets the answer of the first time.</summary>
    private bool MayRepeat(Lane lane, LaneCall call, DeliveryFailure failure)
    {
        var routes = _context.Routes.Current;
        var keepsAnswers = routes.FindService(lane.Service) is { Descriptor.KeepsAnswers: true };
        return failure == DeliveryFailure.NotDelivered
            || Array.TrueForAll(call.Frames, frame => (keepsAnswers && frame.Number != 0) || routes.Find(frame.MessageId).Idempotent);
    }

    private void Finish(Lane lane, LaneCall call, int handled)
    {
        lane.Trace?.Dispose();
        var isCurrent = _context.Routes.Current.FindService(lane.Service) is { } service && KeyFor(service) == lane.Key;
        _lanes.Finish(lane, call.Frames, handled, isCurrent);
        if (IsHolding)
        {
            _held!.Release(Dispatch, Refuse);
        }

        Flush();
        EndIfDrained();
    }

    private void EndIfDrained()
    {
        if (_endState != (int)EndState.Draining
            || (!_lanes.IsDrained && !IsAway)
            || _entry.IsEntering
            || Interlocked.CompareExchange(ref _endState, (int)EndState.Ended, (int)EndState.Draining) != (int)EndState.Draining)
        {
            return;
        }

        _ = LeaveDirectoryAsync();
    }

    private async Task LeaveDirectoryAsync()
    {
        if (_entry.IsEntered && _resumable is not { IsTakenOver: true })
        {
            await _entry.SettleAsync().ConfigureAwait(false);
            await (IsAway ? _context.Directory.AwayAsync(this) : _context.Directory.LeaveAsync(this, told: _resumable is null)).ConfigureAwait(false);
        }

        _context.Sessions.Ended(this);
    }
}
