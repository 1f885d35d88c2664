using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Placement;

namespace GameCluster.Watch;

/// <inheritdoc cref="IWatchGrain"/>
/// <remarks>
/// Reentrant, so that nobody waits while it stores: what it knows is changed before the first await of a call and replaced as a whole. If the storage does not take it, it is in force all the same,
/// until this activation ends.
/// </remarks>
[GrainType("gamecluster.watch"), Reentrant, PreferLocalPlacement]
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

    private readonly Dictionary<SiloAddress, long> _short = [];
    private readonly SemaphoreSlim _writes = new(1, 1);
    private WatchState _state = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _state = storage.State;
        return Task.CompletedTask;
    }

    public async ValueTask<WatchSnapshot> ExchangeAsync(WatchReport report)
    {
        NoteMemory(report);
        var (before, now) = (_state, time.GetUtcNow());
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

        if (before != _state)
        {
            await StoreAsync();
        }

        return new WatchSnapshot(_state.Quarantine, [.. _short.Keys]);
    }

    public ValueTask<QuarantineEntry[]> GetQuarantineAsync() => ValueTask.FromResult(Valid(time.GetUtcNow()));

    public async ValueTask<bool> ReleaseAsync(GrainId grain)
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
            await StoreAsync();
        }

        return isThere;
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

    private async Task StoreAsync()
    {
        await _writes.WaitAsync();
        try
        {
            storage.State = _state;
            await storage.WriteStateAsync();
        }
        catch (Exception exception)
        {
            LogNotStored(exception.Message);
        }
        finally
        {
            _writes.Release();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The quarantine could not be stored; it is in force until the silo with this grain ends: {Reason}")]
    private partial void LogNotStored(string reason);

    [LoggerMessage(LogLevel.Information, "The quarantine of {Grain} was ended by an operator")]
    private partial void LogReleased(GrainId grain);

    [LoggerMessage(LogLevel.Warning, "A process died while message {MessageId} of service {Service} was handled by {Grain}: {Count} of the {Limit} times that lead to quarantine")]
    private partial void LogDeath(int messageId, string service, GrainId grain, int count, int limit);
}
