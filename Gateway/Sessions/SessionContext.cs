using GameCluster.Gateway.Diagnostics;
using GameCluster.Gateway.Routing;
using GameCluster.Watch;
using Microsoft.Extensions.Options;
using SessionOptions = GameCluster.Sessions.SessionOptions;

namespace GameCluster.Gateway.Sessions;

/// <summary>What all sessions of a gateway share.</summary>
internal sealed record SessionContext(
    RouteTableSource Routes,
    LaneDispatcher Dispatcher,
    SessionDirectory Directory,
    SessionTable Sessions,
    GatewayMetrics Metrics,
    IGrainFactory Grains,
    TimeProvider Time,
    IOptions<GatewayOptions> Options,
    IOptions<SessionOptions> Windows,
    ClusterWatch Watch,
    Admission Admission);
