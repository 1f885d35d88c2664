using GameCluster.Push;
using GameCluster.Services;

namespace GameCluster.Sessions;

/// <summary>
/// The numbered stream of one session and the part of it that its client has not acknowledged. Numbers begin at 1 and have no gaps. What goes beyond the
/// limits is lost from the oldest on, and a replay says so: never is there a silent gap. Of messages without a number the newest of each key is kept if
/// only the newest matters. Used by one grain at a time; <see cref="Evict"/> may come from any thread.
/// </summary>
internal sealed class SessionWindow
{
    /// <summary>What a kept push costs besides its body.</summary>
    private const int Overhead = 64;

    private readonly SessionOptions _limits;
    private readonly WindowBudget _budget;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private Queue<Entry>? _entries;
    private Dictionary<(int MessageId, string? Key), SessionPush>? _latest;
    private int _bytes;

    // Everything up to here is acknowledged or lost; what is kept follows.
    private uint _floor;
    private string _loss;
    private bool _isPartial;

    /// <param name="floor">The number after which the stream goes on, if it has begun elsewhere: up to it everything is lost.</param>
    public SessionWindow(SessionOptions limits, WindowBudget budget, TimeProvider time, uint floor = 0)
    {
        _limits = limits;
        _budget = budget;
        _time = time;
        _loss = floor == 0 ? WindowLoss.Window : WindowLoss.Restarted;
        Last = _floor = floor;
    }

    /// <summary>As it was on another silo.</summary>
    public SessionWindow(SessionOptions limits, WindowBudget budget, TimeProvider time, SessionWindowImage image)
        : this(limits, budget, time)
    {
        (_floor, Last, _loss, _isPartial) = (image.Floor, image.Last, image.Loss, image.IsPartial);
        var now = time.GetTimestamp();
        foreach (var (age, push) in image.Kept)
        {
            (_entries ??= new Queue<Entry>(image.Kept.Length)).Enqueue(new Entry(now - (long)(age.TotalSeconds * time.TimestampFrequency), push));
            Account(SizeOf(push));
        }

        foreach (var push in image.Latest)
        {
            KeepLatest(push);
        }

        budget.Enforce(this);
    }

    /// <summary>The last number given.</summary>
    public uint Last { get; private set; }

    /// <summary>Pushes with a number that are kept.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries?.Count ?? 0;
            }
        }
    }

    /// <summary>Whether its client is away. For the budget, which says so.</summary>
    public bool IsAway { get; set => Volatile.Write(ref field, value); }

    /// <summary>What is kept, in bytes.</summary>
    public int Bytes => Volatile.Read(ref _bytes);

    /// <summary>To go on elsewhere.</summary>
    public SessionWindowImage Image
    {
        get
        {
            lock (_gate)
            {
                return new SessionWindowImage(
                    _floor, Last, _loss, [.. (_entries ?? []).Select(entry => new KeptPush(_time.GetElapsedTime(entry.At), entry.Push))], [.. _latest?.Values ?? Enumerable.Empty<SessionPush>()], _isPartial);
            }
        }
    }

    /// <summary>Adds a push; returns its number, 0 for one that is not sequenced.</summary>
    public uint Append(SessionPush push)
    {
        uint number = 0;
        lock (_gate)
        {
            DropOld();
            switch (push.Class)
            {
                case DeliveryClass.Reliable:
                    number = ++Last;
                    (_entries ??= new Queue<Entry>(capacity: 4)).Enqueue(new Entry(_time.GetTimestamp(), push));
                    Account(SizeOf(push));
                    break;
                case DeliveryClass.Latest:
                    KeepLatest(push);
                    break;
            }

            while (_entries is { Count: > 0 } && (_entries.Count > _limits.WindowMessages || _bytes > _limits.WindowBytes))
            {
                DropFirst(WindowLoss.Window);
            }
        }

        _budget.Enforce(this);
        return number;
    }

    /// <summary>The client has everything up to <paramref name="number"/>.</summary>
    public void Acknowledge(uint number)
    {
        lock (_gate)
        {
            while (_entries is { Count: > 0 } && _floor < number)
            {
                DropFirst(_loss);
            }
        }
    }

    /// <summary>This is an older image of the window: pushes that came after it may be missing.</summary>
    public void ExpectLoss()
    {
        lock (_gate)
        {
            _isPartial = true;
        }
    }

    /// <summary>A client is back that has everything up to <paramref name="lastNumber"/>: what follows. If pushes may be missing it is told so, and gets what is kept under numbers after those.</summary>
    public WindowReplay Resume(uint lastNumber)
    {
        Acknowledge(lastNumber);
        lock (_gate)
        {
            if (_isPartial)
            {
                _floor = Math.Max(Last, lastNumber) + 1;
                Last = _floor + (uint)(_entries?.Count ?? 0);
                (_loss, _isPartial) = (WindowLoss.Restarted, false);
            }
        }

        return Replay(lastNumber);
    }

    /// <summary>What follows <paramref name="lastNumber"/>, which the client has.</summary>
    public WindowReplay Replay(uint lastNumber)
    {
        lock (_gate)
        {
            DropOld();
            var (number, lost) = lastNumber < _floor ? (_floor, _loss) : lastNumber > Last ? (Last, WindowLoss.Restarted) : (lastNumber, null);
            var pushes = new List<(uint, SessionPush)>();
            var next = _floor;
            foreach (var entry in _entries ?? [])
            {
                if (++next > number)
                {
                    pushes.Add((next, entry.Push));
                }
            }

            foreach (var push in _latest?.Values ?? Enumerable.Empty<SessionPush>())
            {
                pushes.Add((0, push));
            }

            return new WindowReplay(number, lost, pushes);
        }
    }

    /// <summary>Everything kept is lost.</summary>
    public void Evict(string loss)
    {
        lock (_gate)
        {
            if (_entries is { Count: > 0 })
            {
                _loss = loss;
            }

            (_entries, _latest, _floor) = (null, null, Last);
            Account(-_bytes);
        }
    }

    private static int SizeOf(SessionPush push) => push.Body.Length + Overhead;

    private void KeepLatest(SessionPush push)
    {
        _latest ??= [];
        var key = (push.MessageId, push.Key);
        if (_latest.Remove(key, out var older))
        {
            Account(-SizeOf(older));
        }

        // A value that alone does not fit is sent and not kept: there is no promise about those without a number.
        if (_bytes + SizeOf(push) <= _limits.WindowBytes && _latest.Count < _limits.WindowMessages)
        {
            _latest[key] = push;
            Account(SizeOf(push));
        }
    }

    private void DropOld()
    {
        while (_entries is { Count: > 0 } && _time.GetElapsedTime(_entries.Peek().At) > _limits.WindowTime)
        {
            DropFirst(WindowLoss.Window);
        }
    }

    private void DropFirst(string loss)
    {
        Account(-SizeOf(_entries!.Dequeue().Push));
        _floor++;
        _loss = loss;
    }

    private void Account(int bytes)
    {
        _bytes += bytes;
        _budget.Count(bytes);
    }

    private readonly record struct Entry(long At, SessionPush Push);
}
