using System.Net;
using System.Net.Sockets;

namespace GameCluster.LoadTest.Processes;

/// <summary>Finds TCP ports that nobody listens on.</summary>
internal static class LoopbackPort
{
    // Below the ports that the kernel gives to outgoing connections: a process that is started again finds its port free.
    private const int Lowest = 12_000;
    private const int Count = 20_000;

    private static int _last = new Random(Environment.ProcessId).Next(Count);

    /// <summary>A port that is free now; each is given once in a process, as far as they reach.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = Lowest + (int)((uint)Interlocked.Increment(ref _last) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's: try the next.
            }
        }
    }
}
