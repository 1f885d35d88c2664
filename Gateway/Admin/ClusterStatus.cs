namespace GameCluster.Gateway.Admin;

/// <summary>Answer of <c>GET /admin/v1/status</c>.</summary>
/// <param name="Silos">Every process of the cluster.</param>
/// <param name="Gateways">The processes that take clients.</param>
/// <param name="Sessions">Connected sessions of the gateways that answered.</param>
/// <param name="Activations">Grains in memory, Orleans' own included.</param>
/// <param name="Silent">Gateways that did not answer; they are missing in the counts.</param>
internal sealed record ClusterStatus(SiloReport[] Silos, GatewayReport[] Gateways, int Sessions, int Activations, string[] Silent);

/// <summary>One process of the cluster.</summary>
internal sealed record SiloReport(string Name, string Address, string Status, string Version, string[] Roles, int Activations);

/// <summary>One gateway.</summary>
internal sealed record GatewayReport(string Name, string Address, string Version, int Sessions, long RouteVersion, bool Draining);
