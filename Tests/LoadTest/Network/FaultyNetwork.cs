using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace GameCluster.LoadTest.Network;

/// <summary>
/// A network between processes of this machine that can be cut, silently, between any two of them. Each process is reached through a
/// port of this network (its silo port; it listens at another, see the option SiloListenPort), and who connects there is looked up in /proc: no rights are needed,
/// no clocks and no addresses changed. Linux only.
/// </summary>
/// <remarks>
/// As in a real network without a way: nothing is refused and nothing is closed, bytes and connections under way wait, and arrive when it heals. Not as in a real
/// one: a connection attempt succeeds while cut, and then nothing is heard.
/// </remarks>
internal sealed class FaultyNetwork : INetwork, IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string From, string To), LinkGate> _gates = new();
    private readonly ConcurrentDictionary<string, int> _processes = new();
    private readonly ConcurrentBag<NetworkPort> _ports = [];

    public static bool IsSupported => OperatingSystem.IsLinux();

    /// <summary>Adds a process under a name, reached through the port that is returned; it listens at <paramref name="target"/>.</summary>
    public int Add(string name, int target)
    {
        var port = new NetworkPort(target, client =>
        {
            var from = CallerOf(client);
            return (GateOf(from, name), GateOf(name, from));
        });
        _ports.Add(port);
        return port.Number;
    }

    /// <summary>Says which process has a name. A name may move on to a later process.</summary>
    public void Identify(string name, int processId) => _processes[name] = processId;

    public Task<IAsyncDisposable> PartitionAsync(IReadOnlyList<string> one, IReadOnlyList<string> other, bool oneWay = false)
    {
        var there = one.SelectMany(_ => other, static (from, to) => (From: from, To: to)).ToList();
        var ways = there.Concat(oneWay ? [] : there.Select(static way => (From: way.To, To: way.From))).Select(way => GateOf(way.From, way.To)).ToList();
        ways.ForEach(static way => way.Close());
        return Task.FromResult<IAsyncDisposable>(new Partition(ways));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var port in _ports)
        {
            await port.DisposeAsync();
        }
    }

    private LinkGate GateOf(string from, string to) => _gates.GetOrAdd((from, to), static _ => new LinkGate());

    /// <summary>The name of the process at the other end; empty if it has none.</summary>
    private string CallerOf(Socket client)
    {
        var inode = InodeOf(((IPEndPoint)client.RemoteEndPoint!).Port, ((IPEndPoint)client.LocalEndPoint!).Port);
        return inode is null ? "" : _processes.FirstOrDefault(process => HasSocket(process.Value, inode)).Key ?? "";
    }

    /// <summary>The inode of the socket that has these ports: columns 2, 3 and 10 of the kernel's table, ports in hexadecimal.</summary>
    private static string? InodeOf(int local, int remote) => new[] { "/proc/net/tcp", "/proc/net/tcp6" }
        .Where(File.Exists)
        .SelectMany(static path => File.ReadLines(path).Skip(1))
        .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(fields => PortIn(fields[1]) == local && PortIn(fields[2]) == remote)
        .Select(static fields => fields[9])
        .FirstOrDefault();

    private static int PortIn(string address) => int.Parse(address.AsSpan(address.IndexOf(':', StringComparison.Ordinal) + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static bool HasSocket(int process, string inode)
    {
        try
        {
            return new DirectoryInfo($"/proc/{process}/fd").EnumerateFiles().Any(file => file.LinkTarget == $"socket:[{inode}]");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // The process has ended, or a file of it was closed meanwhile.
            return false;
        }
    }

    /// <summary>Ways that are cut until this is disposed of.</summary>
    private sealed class Partition(List<LinkGate> ways) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            ways.ForEach(static way => way.Open());
            ways.Clear();
            return ValueTask.CompletedTask;
        }
    }
}
