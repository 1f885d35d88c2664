using System.Net;
using System.Net.Sockets;

namespace GameCluster.Tests.Infrastructure;

/// <summary>Finds TCP ports that nobody listens on.</summary>
internal static class LoopbackPort
{
    /// <summary>A port that is free now; somebody else may still take it before the caller does.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
