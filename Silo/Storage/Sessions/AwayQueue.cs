using System.Threading.Channels;
using GameCluster.Gateway.Storage;
using GameCluster.Sessions;

namespace GameCluster.Silo.Storage.Sessions;

/// <summary>
/// Changes of what is stored of sessions, made in portions: what waits while one is under way goes into the next. Of each session only the newest counts, and who is back before it was
/// stored costs nothing. While the database is away all of it waits, as much as there is room for. Safe from any thread.
/// </summary>
internal sealed partial class AwayQueue : IAsyncDisposable
{
    /// <summary>How long a portion may take. One that takes longer is written again, and looked after until it has ended.</summary>
    public static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(5);

    private const int MaxWaiting = 20_000;
    private const long MaxWaitingBytes = 64 * 1024 * 1024;
    private const int MaxPortion = 256;
    private const int MaxPortionBytes = 4 * 1024 * 1024;

    /// <summary>How long the process waits at its end for what is still to be stored.</summary>
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<SessionId, AwayChange> _waiting = [];
    private readonly Queue<SessionId> _order = new();
    private readonly List<LatePortion> _late = [];
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<IReadOnlyList<AwayChange>, Task> _write;
    private readonly DatabaseWatch _database;
    private readonly AwayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _running;
    private long _bytes;

    /// <param name="write">Makes changes, each of another session. They may be made twice. Throws if they may not have been made; ends when they certainly will not be any more.</param>
    public AwayQueue(Func<IReadOnlyList<AwayChange>, Task> write, DatabaseWatch database, AwayMetrics metrics, TimeProvider time, ILogger logger)
    {
        (_write, _database, _metrics, _time, _logger) = (write, database, metrics, time, logger);
        _metrics.Observe(() => _waiting.Count);
        _running = Task.Run(RunAsync);
    }

    public void Add(AwayChange change)
    {
        lock (_gate)
        {
            if (_waiting.TryGetValue(change.Session, out var earlier))
            {
                _waiting[change.Session] = change.After(earlier);
                _bytes += change.Bytes - earlier.Bytes;
                return;
            }

            if (_waiting.Count >= MaxWaiting || _bytes + change.Bytes > MaxWaitingBytes)
            {
                _metrics.OnDropped();
                return;
            }

            Enter(change);
        }

        _signal.Writer.TryWrite(true);
    }

    public async ValueTask DisposeAsync()
    {
        _signal.Writer.TryComplete();
        _stop.CancelAfter(LastWait);
        await _running;
        _stop.Dispose();
    }

    private void Enter(AwayChange change)
    {
        _waiting.Add(change.Session, change);
        _order.Enqueue(change.Session);
        _bytes += change.Bytes;
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _signal.Reader.WaitToReadAsync(_stop.Token))
            {
                _signal.Reader.TryRead(out _);
                await WriteAllAsync();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // What is left is lost with the process, as if it had been killed.
        }
    }

    private async Task WriteAllAsync()
    {
        var isAway = false;
        while (Take() is { Count: > 0 } portion)
        {
            var writing = _write(portion);
            try
            {
                await writing.WaitAsync(WriteLimit, _time, _stop.Token);
                OnMade(portion);
                if (isAway)
                {
                    isAway = false;
                    LogBack();
                }
            }
            catch (Exception failure) when (!_stop.IsCancellationRequested)
            {
                PutBack(portion);
                _ = FollowAsync(writing, portion);
                if (!isAway)
                {
                    isAway = true;
                    LogAway(failure.Message);
                }

                await _database.AnswersAsync(_stop.Token);
            }
        }
    }

    private List<AwayChange> Take()
    {
        var portion = new List<AwayChange>();
        var bytes = 0;
        lock (_gate)
        {
            while (portion.Count < MaxPortion && _order.TryPeek(out var session) && (portion.Count == 0 || bytes + _waiting[session].Bytes <= MaxPortionBytes))
            {
                _order.Dequeue();
                _waiting.Remove(session, out var change);
                _bytes -= change!.Bytes;
                bytes += change.Bytes;
                if (!change.IsVoid && (change.Image is null || change.ExpiresAt > _time.GetTimestamp()))
                {
                    portion.Add(change);
                }
            }
        }

        return portion;
    }

    private void OnMade(List<AwayChange> portion)
    {
        _metrics.OnPortion(portion.Count);
        lock (_gate)
        {
            _late.ForEach(late => late.OnMade(portion));
        }
    }

    /// <summary>Looks after a portion that was given up. When it has ended, what was deleted meanwhile has to be deleted once more; what waits comes after it anyway.</summary>
    private async Task FollowAsync(Task writing, List<AwayChange> portion)
    {
        var late = new LatePortion(portion);
        lock (_gate)
        {
            _late.Add(late);
        }

        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _late.Remove(late);
            foreach (var change in late.Deleted.Where(change => !_waiting.ContainsKey(change.Session)))
            {
                Enter(change);
            }
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>They may have been made all the same.</summary>
    private void PutBack(List<AwayChange> portion)
    {
        lock (_gate)
        {
            foreach (var change in portion)
            {
                if (_waiting.TryGetValue(change.Session, out var newer))
                {
                    _waiting[change.Session] = newer with { IsFirst = false };
                }
                else
                {
                    Enter(change with { IsFirst = false });
                }
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Sessions whose client is away are not stored at the moment: {Reason}. One whose silo dies meanwhile is lost; it is tried again when the database answers")]
    private partial void LogAway(string reason);

    [LoggerMessage(LogLevel.Information, "Sessions whose client is away are stored again")]
    private partial void LogBack();
}
