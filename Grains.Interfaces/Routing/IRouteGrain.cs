using GameCluster.Services;

namespace GameCluster.Routing;

/// <summary>
/// Owns the cluster's route table. One grain, key 0. Layers, later wins: what services declare, configuration files, the table operators edit. Every change is checked
/// as a whole; a wrong one changes nothing. Stored, so that the table outlives the silo; gateways are told at once and ask now and then.
/// </summary>
[Alias("gamecluster.IRouteGrain")]
public interface IRouteGrain : IGrainWithIntegerKey
{
    /// <summary>The key of the one grain there is.</summary>
    const long Key = 0;

    /// <summary>A silo has joined and hosts these services. Services it does not name stay known.</summary>
    [Alias("ReportCatalog")]
    ValueTask<RouteChange> ReportCatalogAsync(string silo, ServiceDescriptor[] services);

    /// <summary>A process has read this from its configuration file; <paramref name="origin"/> says which, for the history.</summary>
    [Alias("Configure")]
    ValueTask<RouteChange> ConfigureAsync(RouteDocument document, string origin);

    /// <summary>The table in force if it is newer than <paramref name="knownVersion"/>, else null. <paramref name="gateway"/> is told of changes from now on.</summary>
    [Alias("Subscribe")]
    ValueTask<RouteSnapshot?> SubscribeAsync(SiloAddress gateway, long knownVersion);

    /// <summary>The table with its layers.</summary>
    [Alias("GetReport")]
    ValueTask<RouteReport> GetReportAsync();

    /// <summary>Replaces the operators' layer, if the table still has <paramref name="expectedVersion"/>.</summary>
    [Alias("Put")]
    ValueTask<RouteChange> PutAsync(RouteDocument document, long expectedVersion, string by);

    /// <summary>Puts the operators' layer of an earlier version in force again, as a new version.</summary>
    [Alias("Rollback")]
    ValueTask<RouteChange> RollbackAsync(long toVersion, long expectedVersion, string by);

    /// <summary>Forgets a service whose silos have left for good; it is known again as soon as a silo that hosts it joins.</summary>
    [Alias("Retire")]
    ValueTask<RouteChange> RetireAsync(string service, long expectedVersion, string by);

    /// <summary>The last tables, newest first.</summary>
    [Alias("GetHistory")]
    ValueTask<RouteHistoryEntry[]> GetHistoryAsync();
}
