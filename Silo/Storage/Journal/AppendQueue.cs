using System.Threading.Channels;
using GameCluster.Gateway.Storage;
using GameCluster.Rooms.Journal;

namespace GameCluster.Silo.Storage.Journal;

/// <summary>
/// Group commit: what waits while a batch is under way goes into the next one. One connection does all of it. While the database is away, entries are refused at once, and a login
/// that is tried again and again ends that.
/// </summary>
internal sealed partial class AppendQueue : IAsyncDisposable
{
    /// <summary>How long an append may take, waiting included.</summary>
    public static readonly TimeSpan AppendLimit = TimeSpan.FromSeconds(1.5);

    private const int MaxWaiting = 1_000;
    private const int MaxBatch = 512;
    private const int MaxBatchBytes = 4 * 1024 * 1024;
    private const long MaxWaitingBytes = 32 * 1024 * 1024;

    // A room's row is held for moments; whoever holds it longer makes that room's entries unavailable, which is better to know than an outcome that nobody knows.
    private const int MaxSendings = 50;

    // A connection that was cut is made anew before anybody has to know.
    private const int FailuresToLog = 2;

    private static readonly TimeSpan LoginLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LoginPause = TimeSpan.FromMilliseconds(250);

    // Shorter than an append may take, so that one that comes during a ping still has its turn.
    private static readonly TimeSpan PingLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PingPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeldRowPause = TimeSpan.FromMilliseconds(5);

    private readonly Channel<PendingAppend> _waiting = Channel.CreateBounded<PendingAppend>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PendingAppend> _batch = [];
    private readonly List<PendingAppend> _again = [];
    private readonly HashSet<long> _rooms = [];
    private readonly IJournalDatabase _database;
    private readonly JournalMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _running;
    private long _waitingBytes;
    private long _batches;
    private volatile bool _isAway;
    private int _failures;

    public AppendQueue(IJournalDatabase database, JournalMetrics metrics, TimeProvider time, ILogger logger)
    {
        (_database, _metrics, _time, _logger) = (database, metrics, time, logger);
        _metrics.Observe(() => _waiting.Reader.Count);
        _running = Task.WhenAll(Task.Run(RunAsync), Task.Run(PingWhenIdleAsync));
    }

    /// <summary>Where it writes, for the log.</summary>
    public string DatabaseName => _database.Name;

    /// <summary>Whether the database is known not to answer.</summary>
    public bool IsAway => _isAway;

    /// <summary>The outcome of an entry, within <see cref="AppendLimit"/>.</summary>
    public async ValueTask<AppendOutcome> AppendAsync(RoomClaim claim, JournalEntry entry)
    {
        var start = _time.GetTimestamp();
        var pending = new PendingAppend(claim, entry);
        var outcome = TryQueue(pending) ? await pending.OutcomeAsync(AppendLimit, _time) : AppendOutcome.Unavailable;
        _metrics.OnAppended(outcome, _time.GetElapsedTime(start));
        return outcome;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stop.CancelAsync();
        await _running;
        RefuseAll();
        _stop.Dispose();
    }

    private bool TryQueue(PendingAppend pending)
    {
        if (_isAway || Interlocked.Read(ref _waitingBytes) > MaxWaitingBytes || !_waiting.Writer.TryWrite(pending))
        {
            return false;
        }

        Interlocked.Add(ref _waitingBytes, pending.Bytes);
        return true;
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            if (await TryLogInAsync() is { } connection)
            {
                _isAway = false;
                await UseAsync(connection);
            }
            else
            {
                RefuseAll();
                await Task.Delay(LoginPause, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<IAppendConnection?> TryLogInAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(LoginLimit);
        try
        {
            return await _database.ConnectAsync(limit.Token);
        }
        catch (Exception failure)
        {
            OnAway(failure);
            return null;
        }
    }

    /// <summary>Appends until the connection fails or the process stops.</summary>
    private async Task UseAsync(IAppendConnection connection)
    {
        var call = Task.CompletedTask;
        try
        {
            while (_again.Count > 0 || await _waiting.Reader.WaitToReadAsync(_stop.Token))
            {
                var isPing = TakeBatch();
                if (isPing || _batch.Count > 0)
                {
                    // A list of its own: a call that is given up goes on with it, and must not find the next batch there.
                    call = isPing ? connection.PingAsync() : connection.AppendAsync([.. _batch]);
                    await call.WaitAsync(isPing ? PingLimit : AppendLimit, _time);
                    await OnAnsweredAsync();
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (Exception failure)
        {
            OnAway(failure);
            OnFailed(failure);
        }

        // Not awaited: what hangs would hold up the next login.
        _ = connection.CloseAfterAsync(call);
    }

    /// <summary>Fills the batch, at most one entry per room. True: the database is to be pinged instead.</summary>
    private bool TakeBatch()
    {
        _batch.Clear();
        _rooms.Clear();
        var bytes = 0;
        var isPing = false;
        foreach (var again in _again)
        {
            if (again.Sendings < MaxSendings)
            {
                bytes += Take(again);
            }
            else
            {
                again.GiveUp();
            }
        }

        _again.Clear();
        while (_batch.Count < MaxBatch && _waiting.Reader.TryPeek(out var next) && !_rooms.Contains(next.Claim.Id) && (bytes == 0 || bytes + next.Bytes <= MaxBatchBytes))
        {
            _waiting.Reader.TryRead(out _);
            Interlocked.Add(ref _waitingBytes, -next.Bytes);
            if (ReferenceEquals(next, PendingAppend.Ping))
            {
                isPing = true;
            }
            else
            {
                bytes += Take(next);
            }
        }

        return isPing && _batch.Count == 0;
    }

    private int Take(PendingAppend next)
    {
        if (!next.TrySend())
        {
            return 0;
        }

        _batch.Add(next);
        _rooms.Add(next.Claim.Id);
        return next.Bytes;
    }

    private async Task OnAnsweredAsync()
    {
        Interlocked.Increment(ref _batches);
        if (_failures >= FailuresToLog)
        {
            LogBack(_database.Name);
        }

        _failures = 0;

        if (_batch.Count == 0)
        {
            return;
        }

        _metrics.OnBatch(_batch.Count);
        foreach (var held in _batch)
        {
            if (!held.IsDone && held.TryTakeBack())
            {
                _again.Add(held);
            }
        }

        if (_again.Count > 0)
        {
            await Task.Delay(HeldRowPause, _time, _stop.Token);
        }
    }

    private void OnFailed(Exception failure)
    {
        foreach (var pending in _batch)
        {
            if (!pending.IsDone && (failure is not NotWrittenException || pending.TryTakeBack()))
            {
                pending.GiveUp();
            }
        }

        RefuseAll();
    }

    /// <summary>What has not been sent is not written.</summary>
    private void RefuseAll()
    {
        foreach (var pending in _again)
        {
            pending.GiveUp();
        }

        _again.Clear();
        while (_waiting.Reader.TryRead(out var pending))
        {
            Interlocked.Add(ref _waitingBytes, -pending.Bytes);
            if (!ReferenceEquals(pending, PendingAppend.Ping))
            {
                pending.GiveUp();
            }
        }
    }

    private void OnAway(Exception failure)
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        _isAway = true;
        _database.Forget();
        if (++_failures == FailuresToLog)
        {
            LogAway(_database.Name, failure.Message);
        }
    }

    /// <summary>A connection that died while nobody used it is found by this, and not by an entry whose outcome is then unknown.</summary>
    private async Task PingWhenIdleAsync()
    {
        using var timer = new PeriodicTimer(PingPeriod, _time);
        var seen = 0L;
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                var batches = Interlocked.Read(ref _batches);
                if (batches == seen && !_isAway)
                {
                    _waiting.Writer.TryWrite(PendingAppend.Ping);
                }

                seen = batches;
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    [LoggerMessage(LogLevel.Error, "The journal of durable rooms cannot be written, {Database} does not take entries: {Reason}. Durable rooms answer 503 until it does; it is tried again several times a second")]
    private partial void LogAway(string database, string reason);

    [LoggerMessage(LogLevel.Information, "The journal of durable rooms is written again, {Database} takes entries")]
    private partial void LogBack(string database);
}
