using System.ComponentModel.DataAnnotations;
using GameCluster.Placement;

namespace GameCluster.Gateway.Hosting;

/// <summary>What a process is in the cluster. Configuration section <c>GameCluster:Node</c>.</summary>
internal sealed class NodeOptions
{
    public const string SectionName = "GameCluster:Node";

    /// <summary>The role of a process that clients connect to.</summary>
    public const string GatewayRole = ServiceRole.Gateway;

    /// <summary>The role that stands for every service there is.</summary>
    public const string EveryService = "*";

    /// <summary>The process' name, for logs and operators. Default: the machine's name and the silo port.</summary>
    public string Name { get; set; } = "";

    /// <summary>
    /// What the process does, separated by commas: <c>gateway</c> takes clients, a service's role hosts that service, <c>*</c> hosts every service. Default: all of
    /// it for the Silo program, <c>gateway</c> for the Gateway program.
    /// </summary>
    public string Roles { get; set; } = "";

    /// <summary>Processes with the same id on the same database are one cluster. Default <c>gamecluster</c>.</summary>
    [Required]
    public string ClusterId { get; set; } = "gamecluster";

    /// <summary>Whose stored state is used; stays the same when a cluster is replaced. Default <c>gamecluster</c>.</summary>
    [Required]
    public string ServiceId { get; set; } = "gamecluster";

    /// <summary>The TCP port for other processes of the cluster; never to be reachable from outside. Default 11111.</summary>
    [Range(1, 65535)]
    public int SiloPort { get; set; } = 11111;

    /// <summary>
    /// The port the process itself listens at, where others reach it at <see cref="SiloPort"/> through something that maps ports. Default 0: the same.
    /// </summary>
    [Range(0, 65535)]
    public int SiloListenPort { get; set; }

    /// <summary>The IP address other processes reach this one at. Default: loopback without PostgreSQL, else the machine's first address.</summary>
    public string AdvertisedAddress { get; set; } = "";

    /// <summary>
    /// Paths of assemblies with services, separated by commas, relative to the working folder: what the Silo program hosts besides its own services. Default: none.
    /// </summary>
    public string ServiceAssemblies { get; set; } = "";

    /// <summary>Whether what arrives on a socket is handled on the thread that noticed it: more messages for the same CPU time. Default true.</summary>
    public bool InlineSockets { get; set; } = true;

    /// <summary>The roles as a list, without duplicates.</summary>
    public IReadOnlyList<string> RoleList => ListOf(Roles);

    /// <summary>The assemblies as a list, without duplicates.</summary>
    public IReadOnlyList<string> ServiceAssemblyList => ListOf(ServiceAssemblies);

    private static string[] ListOf(string text) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];
}
