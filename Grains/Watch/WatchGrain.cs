using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;

namespace GameCluster.Watch;

/// <inheritdoc cref="IWatchGrain"/>
/// <remarks>
/// Nobody waits while it stores. If the storage does not take it, what it knows is in force all the same, until this activation ends, and is tried again.
/// </remarks>
[GrainType("gamecluster.watch"), PreferLocalPlacement]
internal sealed partial class WatchGrain(
    [PersistentState("watch", "Default")] IPersistentState<WatchState> storage,
    TimeProvider time,
    IOptions<WatchOptions> options,
    ILogger<WatchGrain> logger) : Grain, IWatchGrain
{
    private const int MaxDeaths = 1000;

    /// <summary>Deaths with the same message count together if they are no further apart.</summary>
    private static readonly TimeSpan DeathMemory = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan ShortMemory = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(10);

    private readonly Dictionary<SiloAddress, long> _short = [];
    private WatchState _state = new();
    private WatchState? _stored;
    private long _failedAt;
    private bool _isStoring;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _stored = _state = storage.State;
        return Task.CompletedTask;
    }

    public ValueTask<WatchSnapshot> ExchangeAsync(WatchReport report)
    {
        NoteMemory(report);
        var now = time.GetUtcNow();
        var quarantine = Valid(now);
        var deaths = _state.Deaths;
        if (report.AtDeath.Length > 0)
        {
            deaths = [.. deaths.Where(death => now - death.At < DeathMemory), .. report.AtDeath.Select(turn => new DeathMark(turn, report.Name, now))];
            deaths = [.. deaths.TakeLast(MaxDeaths)];
            quarantine = [.. quarantine, .. report.AtDeath.Where(turn => IsDeadly(turn, deaths)).Select(turn => EntryOf(turn, report.Name, now))];
        }

        if (report.Found.Length > 0 || report.Ended.Length > 0 || quarantine.Length != _state.Quarantine.Length || deaths != _state.Deaths)
        {
            _state = new WatchState
            {
                Quarantine =
                [
                    .. quarantine.Concat(report.Found).Where(entry => !report.Ended.Contains(entry.Grain))
                        .GroupBy(static entry => entry.Grain).Select(static entries => entries.Last()).TakeLast(ClusterWatch.MaxEntries),
                ],
                Deaths = deaths,
            };
        }

        Store();
        return ValueTask.FromResult(new WatchSnapshot(_state.Quarantine, [.. _short.Keys]));
    }

    public ValueTask<QuarantineEntry[]> GetQuarantineAsync() => ValueTask.FromResult(Valid(time.GetUtcNow()));

    public ValueTask<bool> ReleaseAsync(GrainId grain)
    {
        var isThere = Array.Exists(_state.Quarantine, entry => entry.Grain == grain);
        if (isThere)
        {
            _state = new WatchState
            {
                Quarantine = [.. _state.Quarantine.Where(entry => entry.Grain != grain)],
                Deaths = [.. _state.Deaths.Where(death => death.Turn.Grain != grain)],
            };
            LogReleased(grain);
            Store();
        }

        return ValueTask.FromResult(isThere);
    }

    private QuarantineEntry[] Valid(DateTimeOffset now) => Array.FindAll(_state.Quarantine, entry => entry.Until > now);

    private void NoteMemory(WatchReport report)
    {
        _short.Remove(report.Silo);
        foreach (var (silo, at) in _short.ToArray())
        {
            // One that has died says nothing more.
            if (time.GetElapsedTime(at) > ShortMemory)
            {
                _short.Remove(silo);
            }
        }

        if (report.IsShortOfMemory)
        {
            _short[report.Silo] = time.GetTimestamp();
        }
    }

    private bool IsDeadly(TurnMark turn, DeathMark[] deaths)
    {
        var count = deaths.Count(death => death.Turn == turn);
        LogDeath(turn.MessageId, turn.Service, turn.Grain, count, options.Value.DeathsBeforeQuarantine);
        return count >= options.Value.DeathsBeforeQuarantine;
    }

    private QuarantineEntry EntryOf(TurnMark turn, string silo, DateTimeOffset now) => new(
        turn.Grain, turn.Service, turn.Grain.Key.ToString()!, turn.MessageId, QuarantineReason.ProcessDied, silo, now, now + options.Value.QuarantineTime);

    private void Store()
    {
        if (!_isStoring && !ReferenceEquals(_stored, _state) && (_failedAt == 0 || time.GetElapsedTime(_failedAt) > StorePause))
        {
            _ = StoreAsync();
        }
    }

    private async Task StoreAsync()
    {
        _isStoring = true;
        try
        {
            while (!ReferenceEquals(_stored, _state))
            {
                var state = storage.State = _state;
                await storage.WriteStateAsync();
                (_stored, _failedAt) = (state, 0);
            }
        }
        catch (Exception exception)
        {
            _failedAt = time.GetTimestamp();
            LogNotStored(exception.Message);
            await ReadAsync();
        }
        finally
        {
            _isStoring = false;
        }
    }

    /// <summary>The next write has to know which version it replaces; what is stored does not count.</summary>
    private async Task ReadAsync()
    {
        try
        {
            await storage.ReadStateAsync();
        }
        catch (Exception exception)
        {
            LogNotStored(exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The quarantine could not be stored; it is in force all the same, until the silo with this grain ends, and will be tried again: {Reason}")]
    private partial void LogNotStored(string reason);

    [LoggerMessage(LogLevel.Information, "The quarantine of {Grain} was ended by an operator")]
    private partial void LogReleased(GrainId grain);

    [LoggerMessage(LogLevel.Warning, "A process died while message {MessageId} of service {Service} was handled by {Grain}: {Count} of the {Limit} times that lead to quarantine")]
    private partial void LogDeath(int messageId, string service, GrainId grain, int count, int limit);
}
