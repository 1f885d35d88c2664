using System.Globalization;
using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Histories.Checks;
using GameCluster.LoadTest.Measuring;

namespace GameCluster.LoadTest.Swarm;

/// <summary>The server's processes on this machine: some that stay, and a file that names those which come and go.</summary>
/// <param name="pids">Those that stay.</param>
/// <param name="file">Lines of a name and a process id, read anew for each sample; null if there is none.</param>
internal sealed class ServerProcesses(IReadOnlyList<int> pids, string? file)
{
    /// <summary>Further ones that come and go, asked for with each sample.</summary>
    public Func<IEnumerable<(string Name, int Pid)>> Others { get; init; } = static () => [];

    /// <summary>Those whose use of the CPU can be counted over a time.</summary>
    public IReadOnlyList<int> Pids => pids;

    /// <summary>Puts memory and handles of all that live into the history.</summary>
    public void Sample(IHistorySink history)
    {
        foreach (var (name, pid) in pids.Select(static pid => ($"{pid}", pid)).Concat(ReadFile()).Concat(Others()))
        {
            try
            {
                Record(history, name, ResourceCheck.Resident, ProcessSample.Read(pid).ResidentBytes);
                Record(history, name, ResourceCheck.Handles, Directory.GetFiles($"/proc/{pid}/fd").Length);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has just ended.
            }
        }
    }

    private static void Record(IHistorySink history, string name, string key, long value) =>
        history.Record(new HistoryEvent { Client = name, Type = EventType.Sample, Key = key, Value = value.ToString(CultureInfo.InvariantCulture) });

    private IEnumerable<(string Name, int Pid)> ReadFile() => file is null || !File.Exists(file)
        ? []
        : File.ReadAllLines(file).Select(static line => line.Split(' ')).Where(static parts => parts.Length == 2)
            .Select(static parts => ($"{parts[0]}#{parts[1]}", int.Parse(parts[1], CultureInfo.InvariantCulture)));
}
