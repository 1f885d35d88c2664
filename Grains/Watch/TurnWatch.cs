using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GameCluster.Watch;

/// <summary>
/// Looks four times a second at what services of this process are doing. Who takes long is named in the log; who takes too long goes into quarantine: no thread can be ended from outside,
/// but nobody else needs to wait for it. It has a thread of its own, as handlers may hold all others.
/// </summary>
internal sealed partial class TurnWatch(
    ClusterWatch cluster,
    AllocationBook allocations,
    TurnMetrics metrics,
    ILocalSiloDetails silo,
    TimeProvider time,
    IOptions<WatchOptions> options,
    ILogger<TurnWatch> logger) : IHostedService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly LinkedList<WaitingTurn> _waiting = new();
    private readonly Dictionary<(WatchedGrain, long), LongTurn> _long = [];
    private readonly ThreadReserve _reserve = new();
    private WatchLoop? _loop;
    private Task? _control;
    private long _controlAt;
    private int _starved;
    private long _looks;

    /// <summary>What is running, for the time after this process; null if it is not kept.</summary>
    public TurnAccount? Account { get; private set; }

    public long Timestamp => time.GetTimestamp();

    /// <summary>The name of an activation; to be made in one of its turns.</summary>
    public WatchedGrain Of(GrainId grain, string service) => new(this, grain, service);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.AccountFolder.Length > 0)
        {
            Account = TurnAccount.TryOpen(options.Value.AccountFolder, silo.Name, logger, out var left);
            cluster.OnEarlierDeath(left);
            foreach (var mark in left)
            {
                LogDied(logger, silo.Name, mark.MessageId, mark.Service, mark.Grain.Key.ToString()!);
            }
        }

        _loop = new WatchLoop("GameCluster turn watch", Period, Look);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _loop?.Dispose();
        return Task.CompletedTask;
    }

    public void OnAllocated(WatchedGrain grain, int messageId, long bytes) => allocations.Add(grain.Service, grain.Key, messageId, bytes, grain.Accuse);

    /// <summary>A room is not to be opened any more.</summary>
    public void OnNotOpened(WatchedGrain grain, string reason)
    {
        Quarantine(grain, 0, QuarantineReason.NotOpened);
        LogNotOpened(logger, grain.Service, grain.Key, reason);
        metrics.OnQuarantined(grain.Service);
    }

    /// <summary>Memory is short, and this grain has taken most of it: it begins anew, without what it keeps, when its time is over.</summary>
    public void OnAccused(WatchedGrain grain, int messageId)
    {
        if (cluster.TryFind(grain.Id, out _))
        {
            return;
        }

        Quarantine(grain, messageId, QuarantineReason.Allocating);
        LogAccused(logger, grain.Service, grain.Key, messageId);
        metrics.OnQuarantined(grain.Service);
        grain.OnQuarantined?.Invoke();
        grain.BeginAnew?.Invoke();
    }

    public WaitingTurn AddWaiting(TurnSlot slot)
    {
        TurnAccount.Place? place = null;
        if (Account is { } account)
        {
            place = account.Take();
            if (slot.Paused is null)
            {
                place.Write(slot.Grain, slot.MessageId);
            }
        }

        var turn = new WaitingTurn(slot.Grain, slot.MessageId, slot.StartedAt, place);
        if (slot.Paused is { } pause)
        {
            pause.Waiting = turn;
        }

        lock (_waiting)
        {
            turn.Node = _waiting.AddLast(turn);
        }

        return turn;
    }

    public void RemoveWaiting(WaitingTurn turn)
    {
        lock (_waiting)
        {
            _waiting.Remove(turn.Node!);
        }

        turn.Place?.Clear();
        turn.Place?.Return();
    }

    /// <summary>Looks once.</summary>
    internal void Look()
    {
        try
        {
            var now = time.GetTimestamp();
            _looks++;
            LookAtPool(now);
            foreach (var turn in FindLong(now))
            {
                Judge(turn, now);
            }

            Forget();
        }
        catch (Exception exception)
        {
            // It has to look again whatever happens.
            LogFailed(logger, exception);
        }
    }

    private List<RunningTurn> FindLong(long now)
    {
        var turns = new List<RunningTurn>();
        var before = now - (long)(options.Value.WarnAfter.TotalSeconds * time.TimestampFrequency);
        foreach (var slot in TurnSlot.All)
        {
            if (slot.TryRead(before, out var turn) && turn.Grain.Watch == this)
            {
                turns.Add(turn);
            }
        }

        lock (_waiting)
        {
            // In the order in which they began, nearly.
            for (var node = _waiting.First; node is not null && node.Value.StartedAt <= before; node = node.Next)
            {
                var turn = node.Value;
                turns.Add(turn.HoldsThread(now, out var since) && since <= before && _starved == 0
                    ? new RunningTurn(turn.Grain, turn.MessageId, turn.StartedAt, since, HoldsThread: true)
                    : new RunningTurn(turn.Grain, turn.MessageId, turn.StartedAt, turn.StartedAt, HoldsThread: false));
            }
        }

        return turns;
    }

    /// <summary>Whether the thread pool gets to what it is given. While it does not, nobody can be told from anybody else.</summary>
    private void LookAtPool(long now)
    {
        if (_control is null or { IsCompleted: true })
        {
            (_controlAt, _control) = (now, Task.Run(static () => { }));
            if (_starved > 0)
            {
                LogPoolRuns(logger);
            }

            _starved = 0;
        }
        else if (time.GetElapsedTime(_controlAt, now) > options.Value.WarnAfter && _starved++ == 0)
        {
            LogPoolStarved(logger, ThreadPool.ThreadCount, ThreadPool.PendingWorkItemCount);
        }
    }

    private void Judge(RunningTurn turn, long now)
    {
        var elapsed = time.GetElapsedTime(turn.Since, now);
        var isNew = !_long.TryGetValue((turn.Grain, turn.StartedAt), out var seen);
        if (seen is null)
        {
            _long[(turn.Grain, turn.StartedAt)] = seen = new LongTurn(turn);
            metrics.OnLong(turn.Grain.Service);
        }

        if (turn.HoldsThread && (isNew || !seen.Turn.HoldsThread))
        {
            LogRuns(logger, turn.MessageId, turn.Grain.Service, turn.Grain.Key, elapsed.TotalSeconds);
        }
        else if (isNew)
        {
            LogWaits(logger, turn.MessageId, turn.Grain.Service, turn.Grain.Key, elapsed.TotalSeconds);
        }

        (seen.Turn, seen.SeenAt) = (turn, _looks);
        if (elapsed < (turn.HoldsThread ? options.Value.RunLimit : options.Value.WaitLimit))
        {
            return;
        }

        // A wait goes there once: an operator who ends it wants the grain to begin anew. What holds a thread goes there again.
        if (!seen.IsStuck || (turn.HoldsThread && !cluster.TryFind(turn.Grain.Id, out _)))
        {
            Quarantine(turn, elapsed, isNew: !seen.IsStuck);
            seen.IsStuck = true;
        }
    }

    private void Quarantine(RunningTurn turn, TimeSpan elapsed, bool isNew)
    {
        Quarantine(turn.Grain, turn.MessageId, turn.HoldsThread ? QuarantineReason.Running : QuarantineReason.Waiting);
        if (isNew)
        {
            LogQuarantined(logger, turn.Grain.Service, turn.Grain.Key, turn.MessageId, elapsed.TotalSeconds);
            metrics.OnQuarantined(turn.Grain.Service);
            turn.Grain.OnQuarantined?.Invoke();
        }
    }

    private void Quarantine(WatchedGrain grain, int messageId, QuarantineReason reason)
    {
        var now = time.GetUtcNow();
        cluster.Quarantine(new QuarantineEntry(grain.Id, grain.Service, grain.Key, messageId, reason, silo.Name, now, now + options.Value.QuarantineTime));
    }

    /// <summary>What is not there any more has ended. What holds threads is made up for with as many others.</summary>
    private void Forget()
    {
        foreach (var (key, seen) in _long.Where(seen => seen.Value.SeenAt != _looks).ToArray())
        {
            _long.Remove(key);
            LogEnded(logger, seen.Turn.MessageId, seen.Turn.Grain.Service, seen.Turn.Grain.Key, time.GetElapsedTime(seen.Turn.StartedAt).TotalSeconds);
            if (seen is { IsStuck: true, Turn.HoldsThread: false })
            {
                cluster.End(seen.Turn.Grain.Id);
            }
        }

        var held = _long.Values.Count(static seen => seen.Turn.HoldsThread);
        _reserve.MakeUpFor(held + _starved);
        metrics.Held = held;
        allocations.Running = Describe(holdsThread: true, "is running");
        allocations.Waiting = Describe(holdsThread: false, "has not ended");
    }

    private string[] Describe(bool holdsThread, string what) => [.. _long.Values.Where(seen => seen.Turn.HoldsThread == holdsThread)
        .Select(seen => $"message {seen.Turn.MessageId} of {seen.Turn.Grain.Service} '{seen.Turn.Grain.Key}', which {what}")];

    [LoggerMessage(LogLevel.Warning, "Message {MessageId} of service {Service}, key {Key}, has held a thread for {Seconds:0.0} s and runs on")]
    private static partial void LogRuns(ILogger logger, int messageId, string service, string key, double seconds);

    [LoggerMessage(LogLevel.Warning, "Message {MessageId} of service {Service}, key {Key}, has been waiting for {Seconds:0.0} s and waits on")]
    private static partial void LogWaits(ILogger logger, int messageId, string service, string key, double seconds);

    [LoggerMessage(LogLevel.Information, "Message {MessageId} of service {Service}, key {Key}, has ended after {Seconds:0.0} s")]
    private static partial void LogEnded(ILogger logger, int messageId, string service, string key, double seconds);

    [LoggerMessage(LogLevel.Error, "Service {Service}, key {Key}, is in quarantine: message {MessageId} has not ended after {Seconds:0.0} s. Its messages are refused")]
    private static partial void LogQuarantined(ILogger logger, string service, string key, int messageId, double seconds);

    [LoggerMessage(LogLevel.Error, "Service {Service}, key {Key}, is in quarantine until an operator ends that: {Reason}")]
    private static partial void LogNotOpened(ILogger logger, string service, string key, string reason);

    [LoggerMessage(LogLevel.Error, "Service {Service}, key {Key}, is in quarantine: memory is short, and message {MessageId} of it allocated most. Its messages are refused, and what it keeps in memory is given up")]
    private static partial void LogAccused(ILogger logger, string service, string key, int messageId);

    [LoggerMessage(LogLevel.Error, "The process that was {Name} before died while message {MessageId} of service {Service}, key {Key}, was handled")]
    private static partial void LogDied(ILogger logger, string name, int messageId, string service, string key);

    [LoggerMessage(LogLevel.Error, "The thread pool does not get to its work: {Threads} threads, {Waiting} pieces of work wait. Handlers may block threads; more are started")]
    private static partial void LogPoolStarved(ILogger logger, int threads, long waiting);

    [LoggerMessage(LogLevel.Information, "The thread pool gets to its work again")]
    private static partial void LogPoolRuns(ILogger logger);

    [LoggerMessage(LogLevel.Error, "What services are doing could not be looked at")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    private sealed class LongTurn(RunningTurn turn)
    {
        public RunningTurn Turn { get; set; } = turn;

        public long SeenAt { get; set; }

        public bool IsStuck { get; set; }
    }
}
