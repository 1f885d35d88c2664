using System.Diagnostics;
using GameCluster.Diagnostics;
using GameCluster.Gateway.Protocol;
using GameCluster.Gateway.Routing;
using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Gateway.Sessions;

/// <summary>
/// One client: who it is, what it is bound to, and its lanes. <see cref="Receive"/> belongs to the socket's receive loop; completions come from any
/// thread.
/// </summary>
internal sealed class Session
{
    private static readonly byte[] OfflineBody = """{"message_id":999}"""u8.ToArray();

    private static readonly string[] AnyKeys = [.. Enumerable.Range(0, 64).Select(static index => $"any-{index}")];

    private readonly SessionContext _context;
    private readonly LaneSet _lanes;
    private readonly SessionBindings _bindings = new();
    private string? _key;
    private uint _anyKey;
    private volatile string[] _pools = [];
    private long _lastFrameAt;
    private int _directoryState;
    private int _endState;

    public Session(SessionId id, IClientConnection client, SessionContext context)
    {
        Id = id;
        Client = client;
        _context = context;
        _lanes = new LaneSet(this, context.Grains, context.Metrics, context.Options.Value);
        ConnectedAt = context.Time.GetUtcNow();
        _lastFrameAt = context.Time.GetTimestamp();
    }

    private enum DirectoryState
    {
        Unknown,
        Entering,
        Entered,
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
    public bool IsAnswered => _lanes.IsDrained;

    /// <summary>Takes a frame from the client: into its lane, from where <see cref="Flush"/> sends it, or answered with an error at once.</summary>
    public void Receive(Frame frame)
    {
        FramesIn++;
        Volatile.Write(ref _lastFrameAt, _context.Time.GetTimestamp());
        var decision = _context.Routes.Current.Find(frame.MessageId);
        if (decision.Outcome != RouteOutcome.Routed)
        {
            Refuse(frame.MessageId, decision.Outcome);
        }
        else if (decision.LoginRequired && Player is null)
        {
            Refuse(frame.MessageId, ErrorCodes.LoginRequired, $"message {frame.MessageId} needs a login first");
        }
        else if (decision.Stateless)
        {
            RememberPool(decision.Service!.Name);
            _lanes.Enqueue(decision.Service!, AnyKey(), once: true, new InboundFrame(frame.MessageId, frame.Body));
        }
        else if (KeyFor(decision.Service!) is { } key)
        {
            _lanes.Enqueue(decision.Service!, key, once: false, new InboundFrame(frame.MessageId, frame.Body));
        }
        else
        {
            RefuseWithoutKey(frame.MessageId, decision.Service!);
        }
    }

    /// <summary>Sends what is ready: one call for each lane that has none under way. The first makes the session known to the cluster.</summary>
    public void Flush()
    {
        if (!_lanes.HasReady)
        {
            return;
        }

        if (_directoryState != (int)DirectoryState.Entered)
        {
            EnterDirectory();
            return;
        }

        while (_lanes.TryTake(out var lane, out var frames))
        {
            Send(lane, frames);
        }
    }

    /// <summary>Completes when the session may take more frames.</summary>
    public Task WaitForRoomAsync() => _lanes.WaitForRoomAsync();

    /// <summary>A lane's call has its reply: what handlers changed is applied, the frames leave, the lane goes on.</summary>
    public void Complete(Lane lane, LaneCall call, LaneReply reply)
    {
        if (reply.Effects is { } effects)
        {
            _bindings.Apply(effects);
        }

        foreach (var frame in reply.Frames)
        {
            Client.Send(frame.MessageId, frame.Body);
        }

        if (reply.Effects?.CloseReason is { } reason)
        {
            Client.Close(CloseCode.Kicked, reason);
        }

        lane.Location = reply.Silo;
        lane.Meter.OnRequestsHandled(reply.Handled);
        if (lane.IsSampled())
        {
            lane.Meter.OnCallSampled(_context.Time.GetElapsedTime(lane.StartedAt));
        }

        Finish(lane, call, reply.Handled);
    }

    /// <summary>Whether the end of the lane's call under way leads to nothing else: no call is ready to go and the session is not at its end.</summary>
    public bool IsLastOf(Lane lane) => lane.Waiting == 0 && !_lanes.HasReady && _endState == (int)EndState.Open;

    /// <summary>A lane's call has no reply: it is tried again where that is safe and time is left, else its sender is told.</summary>
    public void Fail(Lane lane, LaneCall call, DeliveryFailure failure)
    {
        lane.Location = null;
        if (MayRepeat(call, failure) && _context.Time.GetElapsedTime(lane.StartedAt) < _context.Options.Value.RequestTimeout)
        {
            _ = _context.Dispatcher.RetryAsync(lane, call);
            return;
        }

        var body = failure == DeliveryFailure.NotDelivered
            ? ErrorBody.Create(ErrorCodes.Unavailable, $"no server of {lane.Service} could take the message in time; it was not handled")
            : ErrorBody.Create(ErrorCodes.OutcomeUnknown, $"the server of {lane.Service} went away or was too slow; whether the message was handled is unknown");
        foreach (var frame in call.Frames)
        {
            Client.Send(frame.MessageId, body);
        }

        lane.Trace?.SetStatus(ActivityStatusCode.Error);
        _context.Metrics.OnRequestsFailed(lane.Service, call.Frames.Length, failure);
        Finish(lane, call, call.Frames.Length);
    }

    /// <summary>Enters the session into the cluster's directory again, as the silo that held its entry may have gone.</summary>
    public Task ReenterDirectoryAsync() =>
        _directoryState == (int)DirectoryState.Entered ? _context.Directory.EnterAsync(Id) : Task.CompletedTask;

    /// <summary>The socket has gone: every service the session used or was bound to is told, after what it still had for them.</summary>
    public void End()
    {
        if (Interlocked.CompareExchange(ref _endState, (int)EndState.Draining, (int)EndState.Open) != (int)EndState.Open)
        {
            return;
        }

        _context.Sessions.BeginEnd(this);
        var lasting = _lanes.Lasting.Concat(_bindings.Rooms.Select(static room => (room.Key, room.Value))).Distinct().ToList();
        foreach (var (service, key) in lasting)
        {
            Notify(service, key);
        }

        // Of those of whom any grain will do, one is told.
        foreach (var service in _pools.Except(lasting.Select(static lane => lane.Item1)))
        {
            Notify(service, null);
        }

        Flush();
        EndIfDrained();
    }

    /// <summary>What operators see of the session.</summary>
    public SessionSummary Summarise(SiloAddress gateway) => new(
        Id, Player, Client.RemoteAddress, ConnectedAt, _context.Time.GetUtcNow() - SilentFor, FramesIn, Client.FramesOut, Client.QueuedBytes, gateway, Services);

    private void Notify(string service, string? key)
    {
        // A grain of the session's own ends with it, whether it handles the notice or not.
        if (_context.Routes.Current.FindService(service) is { } route
            && (route.FindHandler(WellKnownMessages.Offline) is not null || (route.Key == ServiceKey.Session && key is not null)))
        {
            _lanes.Enqueue(route, key ?? AnyKey(), once: key is null, new InboundFrame(WellKnownMessages.Offline, OfflineBody));
        }
    }

    private void RememberPool(string service)
    {
        if (Array.IndexOf(_pools, service) < 0)
        {
            _pools = [.. _pools, service];
        }
    }

    private void Refuse(int messageId, RouteOutcome outcome)
    {
        if (outcome == RouteOutcome.Forbidden)
        {
            Refuse(messageId, ErrorCodes.Forbidden, $"message {messageId} cannot be sent by a client");
        }
        else
        {
            Refuse(messageId, ErrorCodes.UnknownMessage, $"no service handles message {messageId}");
        }
    }

    private void RefuseWithoutKey(int messageId, ServiceRoute service)
    {
        if (service.Key == ServiceKey.Player)
        {
            Refuse(messageId, ErrorCodes.LoginRequired, $"message {messageId} needs a login first");
        }
        else
        {
            Refuse(messageId, ErrorCodes.NotInRoom, $"message {messageId} needs a room of {service.Name} first");
        }
    }

    private void Refuse(int messageId, int code, string text)
    {
        Client.Send(messageId, ErrorBody.Create(code, text));
        _context.Metrics.OnFrameRefused(code);
    }

    private string? KeyFor(ServiceRoute service) => service.Key switch
    {
        ServiceKey.Session => _key ??= Id.ToString(),
        ServiceKey.Player => Player,
        ServiceKey.Room => _bindings.RoomOf(service.Name),
        _ => service.Descriptor.FixedKey,
    };

    /// <summary>The keys of a pool of grains, taken in turn from a place that differs between sessions.</summary>
    private string AnyKey() => AnyKeys[(int)(((uint)Id.GetHashCode() + _anyKey++) % (uint)AnyKeys.Length)];

    private void Send(Lane lane, InboundFrame[] frames)
    {
        lane.StartedAt = _context.Time.GetTimestamp();
        lane.Retries = 0;
        lane.Trace = CallTrace.StartCall(lane.Service, frames.Length);
        _context.Dispatcher.Send(lane, new LaneCall(Id, Player, _bindings.RoomOf(lane.Service), frames, lane.Trace?.Id));
    }

    private bool MayRepeat(LaneCall call, DeliveryFailure failure) =>
        failure == DeliveryFailure.NotDelivered
        || Array.TrueForAll(call.Frames, frame => _context.Routes.Current.Find(frame.MessageId).Idempotent);

    private void Finish(Lane lane, LaneCall call, int handled)
    {
        lane.Trace?.Dispose();
        var isCurrent = _context.Routes.Current.FindService(lane.Service) is { } service && KeyFor(service) == lane.Key;
        _lanes.Finish(lane, call.Frames, handled, isCurrent);
        Flush();
        EndIfDrained();
    }

    private void EnterDirectory()
    {
        if (Interlocked.CompareExchange(ref _directoryState, (int)DirectoryState.Entering, (int)DirectoryState.Unknown) == (int)DirectoryState.Unknown)
        {
            _ = EnterDirectoryAsync();
        }
    }

    private async Task EnterDirectoryAsync()
    {
        await _context.Directory.EnterAsync(Id).ConfigureAwait(false);
        Volatile.Write(ref _directoryState, (int)DirectoryState.Entered);
        Flush();
        EndIfDrained();
    }

    private void EndIfDrained()
    {
        if (_endState != (int)EndState.Draining
            || !_lanes.IsDrained
            || _directoryState == (int)DirectoryState.Entering
            || Interlocked.CompareExchange(ref _endState, (int)EndState.Ended, (int)EndState.Draining) != (int)EndState.Draining)
        {
            return;
        }

        if (_directoryState == (int)DirectoryState.Entered)
        {
            _ = _context.Directory.LeaveAsync(Id);
        }

        _context.Sessions.Ended();
    }
}
