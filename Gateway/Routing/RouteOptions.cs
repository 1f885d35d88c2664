namespace GameCluster.Gateway.Routing;

/// <summary>Where a process reads routes from, besides what services declare and operators edit.</summary>
internal sealed class RouteOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "GameCluster:Routes";

    /// <summary>A file with routes in obEspoir's JSON, read at start and on every change; relative to the working folder. No file unless set.</summary>
    public string? File { get; set; }
}
