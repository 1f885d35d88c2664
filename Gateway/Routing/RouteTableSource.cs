using GameCluster.Routing;

namespace GameCluster.Gateway.Routing;

/// <summary>Holds the table in force in this process. Readers take <see cref="Current"/> once per message; a newer table replaces it as a whole.</summary>
internal sealed partial class RouteTableSource(ILogger<RouteTableSource> logger)
{
    private readonly Lock _applying = new();
    private volatile RouteTable _current = RouteTable.Empty;

    /// <summary>The table in force: empty, with version 0, until the cluster was heard from.</summary>
    public RouteTable Current => _current;

    /// <summary>Puts a table in force. False if it is no newer than the one there is.</summary>
    public bool Apply(RouteSnapshot snapshot)
    {
        lock (_applying)
        {
            if (snapshot.Version <= _current.Version)
            {
                return false;
            }

            _current = new RouteTable(snapshot);
        }

        LogApplied(snapshot.Version, snapshot.Services.Length, snapshot.Ranges.Length, snapshot.Specials.Length);
        return true;
    }

    [LoggerMessage(LogLevel.Information, "Route table {Version} is in force: {Services} services, {Ranges} ranges, {Specials} single ids")]
    private partial void LogApplied(long version, int services, int ranges, int specials);
}
