using System.Text.Json;
using GameCluster.Migration;
using GameCluster.Placement;
using GameCluster.Services;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Placement;

namespace GameCluster.Routing;

/// <summary>
/// The owner of the route table. Reentrant, so that gateways get the table in force while a change waits for the storage: changes go one at a time through
/// <see cref="_changes"/>, and what readers see (<see cref="_state"/>) is replaced as a whole, after it has been stored.
/// There is one grain, asked a few times a second: it may sit wherever it is called first.
/// </summary>
[GrainType("gamecluster.routes"), Reentrant, PreferLocalPlacement, AvoidDraining]
internal sealed partial class RouteGrain(
    [PersistentState("routes", "Default")] IPersistentState<RouteState> storage,
    IRouteListeners listeners,
    TimeProvider time,
    ILogger<RouteGrain> logger) : Grain, IRouteGrain, IMovable
{
    private const string SubscribersKey = "gamecluster.routes.subscribers";

    private const int MaxHistory = 50;

    private readonly SemaphoreSlim _changes = new(1, 1);
    private readonly RouteSubscribers _subscribers = new(listeners, time, logger);
    private RouteState _state = new();
    private string[] _warnings = [];
    private bool _storageUncertain;

    private long Version => _state.Table.Version;

    bool IMovable.CanMove => true;

    /// <summary>The table itself is stored; Orleans moves it along, too.</summary>
    public void OnDehydrate(IDehydrationContext dehydrationContext) => dehydrationContext.TryAddValue(SubscribersKey, _subscribers.All);

    public void OnRehydrate(IRehydrationContext rehydrationContext)
    {
        foreach (var gateway in rehydrationContext.TryGetValue<SiloAddress[]>(SubscribersKey, out var subscribers) ? subscribers : [])
        {
            _subscribers.Add(gateway);
        }
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        TakeStored();
        return Task.CompletedTask;
    }

    public ValueTask<RouteChange> ReportCatalogAsync(string silo, ServiceDescriptor[] services) =>
        ChangeAsync($"silo {silo}", state => state with { Catalog = [.. state.Catalog.ExceptBy(services.Select(service => service.Name), known => known.Name), .. services] });

    public ValueTask<RouteChange> ConfigureAsync(RouteDocument document, string origin) =>
        ChangeAsync($"configuration {origin}", state => state with { Configuration = document });

    public ValueTask<RouteChange> PutAsync(RouteDocument document, long expectedVersion, string by) =>
        ChangeAsync(by, state => state with { Operator = document }, expectedVersion);

    public ValueTask<RouteChange> RollbackAsync(long toVersion, long expectedVersion, string by) =>
        ChangeAsync(by, state => OperatorLayerOf(state, toVersion) is { } layer ? state with { Operator = layer } : null, expectedVersion);

    public ValueTask<RouteChange> RetireAsync(string service, long expectedVersion, string by) =>
        ChangeAsync($"{by}, who retires {service}", state => state with { Catalog = [.. state.Catalog.Where(known => known.Name != service)] }, expectedVersion);

    public async ValueTask<RouteSnapshot?> SubscribeAsync(SiloAddress gateway, long knownVersion)
    {
        _subscribers.Add(gateway);
        if (knownVersion > Version)
        {
            await RaiseVersionAsync(gateway, knownVersion);
        }

        return Version > knownVersion ? _state.Table : null;
    }

    public ValueTask<RouteReport> GetReportAsync() =>
        ValueTask.FromResult(new RouteReport(_state.Table, _state.Configuration, _state.Operator, _warnings));

    public ValueTask<RouteHistoryEntry[]> GetHistoryAsync() => ValueTask.FromResult(_state.History);

    /// <summary>The operators' layer that was in force at a version, if the history reaches back so far.</summary>
    private static RouteDocument? OperatorLayerOf(RouteState state, long version) =>
        version > state.Table.Version ? null : state.History.FirstOrDefault(entry => entry.Version <= version)?.Operator;

    private async ValueTask<RouteChange> ChangeAsync(string by, Func<RouteState, RouteState?> change, long? expectedVersion = null)
    {
        await _changes.WaitAsync();
        try
        {
            if (_storageUncertain && !await TryReadAsync())
            {
                return NotStored();
            }

            if (expectedVersion is { } expected && expected != Version)
            {
                return Result(RouteChangeStatus.VersionMismatch, $"the table has version {Version}, not {expected}; read it again and repeat the change");
            }

            return change(_state) is { } changed
                ? await ApplyAsync(changed, by)
                : Result(RouteChangeStatus.UnknownVersion, $"the history does not hold that version; it reaches from {_state.History.LastOrDefault()?.Version ?? 0} to {Version}");
        }
        finally
        {
            _changes.Release();
        }
    }

    private async ValueTask<RouteChange> ApplyAsync(RouteState changed, string by)
    {
        if (Fingerprint(changed) == Fingerprint(_state))
        {
            return Result(RouteChangeStatus.Unchanged);
        }

        var build = RouteTableBuilder.Build(changed.Catalog, changed.Configuration, changed.Operator, Version + 1);
        if (build.Snapshot is not { } table)
        {
            LogRefused(by, Version, string.Join("; ", build.Problems));
            return new RouteChange(RouteChangeStatus.Invalid, Version, build.Problems, build.Warnings);
        }

        if (!await TryStoreAsync(changed with { Table = table, History = HistoryWith(changed.Operator, table.Version, by) }))
        {
            return NotStored();
        }

        LogApplied(Version, by, build.Warnings.Length);
        await _subscribers.NotifyAsync(table);
        return new RouteChange(RouteChangeStatus.Applied, table.Version, [], build.Warnings);
    }

    private RouteHistoryEntry[] HistoryWith(RouteDocument operators, long version, string by)
    {
        var now = time.GetUtcNow();
        var history = _state.History.Length > 0 ? _state.History : [new RouteHistoryEntry(0, now, "start", RouteDocument.Empty)];
        return RouteDocumentJson.Write(operators) == RouteDocumentJson.Write(_state.Operator)
            ? history
            : [new RouteHistoryEntry(version, now, by, operators), .. history.Take(MaxHistory - 1)];
    }

    /// <summary>
    /// A gateway that knows a newer table than there is means that the storage has lost some: it was restored from a backup, or kept in memory only.
    /// The table moves above what gateways have, as they would take it for an old one otherwise.
    /// </summary>
    private async Task RaiseVersionAsync(SiloAddress gateway, long knownVersion)
    {
        await _changes.WaitAsync();
        try
        {
            if ((!_storageUncertain || await TryReadAsync())
                && knownVersion > Version
                && await TryStoreAsync(_state with { Table = _state.Table with { Version = knownVersion + 1 } }))
            {
                LogRaised(gateway, knownVersion, Version);
            }
        }
        finally
        {
            _changes.Release();
        }
    }

    private async Task<bool> TryStoreAsync(RouteState state)
    {
        storage.State = state;
        try
        {
            await storage.WriteStateAsync();
        }
        catch (Exception e)
        {
            // The write may have happened all the same: what is stored now decides, not what we believe.
            LogNotStored(Version, e);
            await TryReadAsync();
            return false;
        }

        TakeStored();
        return true;
    }

    private async Task<bool> TryReadAsync()
    {
        try
        {
            await storage.ReadStateAsync();
        }
        catch (Exception e)
        {
            _storageUncertain = true;
            LogNotRead(Version, e);
            return false;
        }

        _storageUncertain = false;
        if (storage.State.Table.Version != Version)
        {
            TakeStored();
            await _subscribers.NotifyAsync(_state.Table);
        }

        return true;
    }

    private void TakeStored()
    {
        _state = storage.State;
        var build = RouteTableBuilder.Build(_state.Catalog, _state.Configuration, _state.Operator, Version);
        _warnings = [.. build.Problems, .. build.Warnings];
    }

    private RouteChange Result(RouteChangeStatus status, params string[] problems) => new(status, Version, problems, _warnings);

    private RouteChange NotStored() =>
        Result(RouteChangeStatus.NotStored, $"the storage did not take the change (its log says why); the table in force is version {Version}; repeat the change when the storage is back");

    /// <summary>One text for all states that give the same table, as arrays do not compare by content.</summary>
    private static string Fingerprint(RouteState state) => string.Join(
        '\n',
        RouteDocumentJson.Write(state.Configuration),
        RouteDocumentJson.Write(state.Operator),
        JsonSerializer.Serialize(state.Catalog.OrderBy(service => service.Name, StringComparer.Ordinal).Select(Sorted)));

    private static ServiceDescriptor Sorted(ServiceDescriptor service) => service with
    {
        Handlers = [.. service.Handlers.OrderBy(handler => handler.MessageId)],
        Pushes = [.. service.Pushes.Order()],
        HttpEndpoints = [.. service.HttpEndpoints.OrderBy(endpoint => endpoint.Path, StringComparer.Ordinal).ThenBy(endpoint => endpoint.Method, StringComparer.Ordinal)],
    };

    [LoggerMessage(LogLevel.Information, "Route table {Version} is in force, by {By}; {Warnings} warnings")]
    private partial void LogApplied(long version, string by, int warnings);

    [LoggerMessage(LogLevel.Warning, "Routes of {By} refused, table {Version} stays: {Problems}")]
    private partial void LogRefused(string by, long version, string problems);

    [LoggerMessage(LogLevel.Warning, "Gateway {Gateway} has route table {Known}, newer than the stored one: the storage has lost some; the table continues as {Version}")]
    private partial void LogRaised(SiloAddress gateway, long known, long version);

    [LoggerMessage(LogLevel.Error, "A new route table could not be stored; table {Version} stays in force")]
    private partial void LogNotStored(long version, Exception exception);

    [LoggerMessage(LogLevel.Error, "The stored route table cannot be read; table {Version} stays in force and changes are refused")]
    private partial void LogNotRead(long version, Exception exception);
}
