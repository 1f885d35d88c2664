using System.Diagnostics.CodeAnalysis;
using GameCluster.Gateway.Diagnostics;
using GameCluster.Gateway.Routing;
using GameCluster.Services;

namespace GameCluster.Gateway.Sessions;

/// <summary>
/// The lanes of one session and how much in them is unanswered. Bounded: past the limits <see cref="IsFull"/> tells the receive loop to leave the
/// rest in the socket, where the client's own TCP stack holds it back. Safe from any thread.
/// </summary>
internal sealed class LaneSet(Session session, IGrainFactory grains, GatewayMetrics metrics, GatewayOptions limits)
{
    private readonly Lock _gate = new();
    private readonly List<Lane> _lanes = new(capacity: 1);
    private TaskCompletionSource? _room;
    private int _ready;
    private int _busy;
    private int _frames;
    private int _bytes;
    private int _additions;

    public bool IsFull => Volatile.Read(ref _frames) >= limits.MaxPendingFrames || Volatile.Read(ref _bytes) >= limits.MaxPendingBytes;

    /// <summary>Whether a lane has frames and no call under way.</summary>
    public bool HasReady => Volatile.Read(ref _ready) > 0;

    /// <summary>How many lasting lanes were made so far.</summary>
    public int Additions => Volatile.Read(ref _additions);

    /// <summary>Whether every frame has been answered.</summary>
    public bool IsDrained
    {
        get
        {
            lock (_gate)
            {
                return _ready == 0 && _busy == 0;
            }
        }
    }

    /// <summary>The lanes that stand for a lasting relation to a service.</summary>
    public (string Service, string Key)[] Lasting
    {
        get
        {
            lock (_gate)
            {
                return [.. _lanes.Where(static lane => !lane.Once).Select(static lane => (lane.Service, lane.Key))];
            }
        }
    }

    /// <summary>Adds a frame to the lane for this grain, made on first use. A frame that any grain may handle gets a lane of its own.</summary>
    public void Enqueue(ServiceRoute service, string key, bool once, InboundFrame frame)
    {
        lock (_gate)
        {
            var lane = (once ? null : Find(service.Name, key)) ?? Add(service, key, once);
            lane.Enqueue(frame);
            _frames++;
            _bytes += frame.Body.Length;
            if (!lane.Busy && lane.Waiting == 1)
            {
                _ready++;
            }
        }
    }

    /// <summary>Counts a frame that is unanswered and in no lane yet.</summary>
    public void Count(InboundFrame frame)
    {
        lock (_gate)
        {
            _frames++;
            _bytes += frame.Body.Length;
        }
    }

    /// <summary>That frame is in a lane now, or answered.</summary>
    public void Uncount(InboundFrame frame)
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _frames--;
            _bytes -= frame.Body.Length;
            room = TakeRoom();
        }

        room?.TrySetResult();
    }

    /// <summary>Takes the frames of a lane that has some and no call under way; the lane is busy until <see cref="Finish"/>.</summary>
    public bool TryTake([NotNullWhen(true)] out Lane? lane, [NotNullWhen(true)] out InboundFrame[]? frames)
    {
        lane = null;
        frames = null;
        if (!HasReady)
        {
            return false;
        }

        lock (_gate)
        {
            lane = _lanes.Find(static lane => !lane.Busy && lane.Waiting > 0);
            if (lane is null)
            {
                return false;
            }

            lane.Busy = true;
            _ready--;
            _busy++;
            frames = lane.Take();
            return true;
        }
    }

    /// <summary>
    /// A lane's call has ended and answered its first <paramref name="handled"/> frames; the others are first in line again. A lane that
    /// <paramref name="isCurrent"/> no longer holds for goes once it is empty.
    /// </summary>
    public void Finish(Lane lane, InboundFrame[] frames, int handled, bool isCurrent)
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            foreach (var frame in frames.AsSpan(0, handled))
            {
                _bytes -= frame.Body.Length;
            }

            _frames -= handled;
            lane.PutBack(frames.AsSpan(handled));
            lane.Busy = false;
            _busy--;
            if (lane.Waiting > 0)
            {
                _ready++;
            }
            else if (lane.Once || !isCurrent)
            {
                _lanes.Remove(lane);
            }

            room = TakeRoom();
        }

        room?.TrySetResult();
    }

    /// <summary>Completes when there is room for more frames.</summary>
    public Task WaitForRoomAsync()
    {
        lock (_gate)
        {
            return IsFull ? (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
        }
    }

    /// <summary>Who waits for room, if there is some.</summary>
    private TaskCompletionSource? TakeRoom() => IsFull ? null : Interlocked.Exchange(ref _room, null);

    private Lane? Find(string service, string key)
    {
        foreach (var lane in _lanes)
        {
            if (!lane.Once && lane.Service == service && lane.Key == key)
            {
                return lane;
            }
        }

        return null;
    }

    private Lane Add(ServiceRoute service, string key, bool once)
    {
        var target = service.CreateGrainId(key);
        var lane = new Lane(session, service.Name, service.Descriptor.Role, key, once, target, grains.At<IServiceGrain>(target), metrics.Of(service.Name))
        {
            Room = service.Key == ServiceKey.Room && !once ? key : null,
        };
        _lanes.Add(lane);
        if (!once)
        {
            _additions++;
        }

        return lane;
    }
}
