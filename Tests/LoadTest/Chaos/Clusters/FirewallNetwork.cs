using System.Diagnostics;
using System.Globalization;
using GameCluster.LoadTest.Processes;

namespace GameCluster.LoadTest.Chaos.Clusters;

/// <summary>
/// Parts processes of this machine by its firewall. All of them share one address, so each runs under a group id of its own, by which the firewall knows who sends: a connection from one side to a
/// port of the other is marked, and of marked connections every packet is dropped, in both directions and without a word, as a broken cable does.
/// </summary>
internal sealed class FirewallNetwork : INetwork
{
    private const int FirstGroup = 61_000;
    private const int MostMark = 1 << 30;

    private static readonly string[] Folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"];
    private static readonly Random Marks = new(Environment.ProcessId);

    private readonly string _iptables = Find("iptables-legacy") ?? Find("iptables") ?? "iptables";
    private readonly Dictionary<string, (int Group, int Port)> _processes = [];

    /// <summary>Whether that can be done here.</summary>
    public static bool IsPossible => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Find("setpriv") is not null && (Find("iptables-legacy") ?? Find("iptables")) is not null;

    /// <summary>The words before the command line of a process that is to be told from others.</summary>
    public static IReadOnlyList<string> PrefixOf(int index) => ["setpriv", "--regid", Text($"{FirstGroup + index}"), "--clear-groups", "--"];

    /// <summary>Makes a process known that was started with <see cref="PrefixOf"/>.</summary>
    public void Add(string name, int index, GameProcess process) => _processes.Add(name, (FirstGroup + index, process.SiloPort));

    public async Task<IAsyncDisposable> PartitionAsync(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        var mark = Text($"{Marks.Next(1, MostMark)}");
        var partition = new Partition(this);
        try
        {
            foreach (var (from, to) in one.SelectMany(from => other.SelectMany(to => new[] { (from, to), (to, from) })))
            {
                await partition.AddAsync(["-m", "owner", "--gid-owner", Text($"{_processes[from].Group}"), "-p", "tcp", "--dport", Text($"{_processes[to].Port}"), "-j", "CONNMARK", "--set-mark", mark]);
            }

            await partition.AddAsync(["-m", "connmark", "--mark", mark, "-j", "DROP"]);
            return partition;
        }
        catch
        {
            await partition.DisposeAsync();
            throw;
        }
    }

    private static string? Find(string program) => Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private async Task RunAsync(string action, IReadOnlyList<string> rule)
    {
        string[] arguments = ["-w", "-t", "mangle", action, "OUTPUT", "-o", "lo", .. rule];
        using var process = Process.Start(new ProcessStartInfo(_iptables, arguments) { RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidDataException($"'{_iptables} {string.Join(' ', arguments)}' ended with exit code {process.ExitCode}: {errors}");
        }
    }

    /// <summary>The rules of one partition.</summary>
    private sealed class Partition(FirewallNetwork network) : IAsyncDisposable
    {
        private readonly List<IReadOnlyList<string>> _rules = [];

        public async Task AddAsync(IReadOnlyList<string> rule)
        {
            await network.RunAsync("-A", rule);
            _rules.Add(rule);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var rule in _rules)
            {
                await network.RunAsync("-D", rule);
            }

            _rules.Clear();
        }
    }
}
