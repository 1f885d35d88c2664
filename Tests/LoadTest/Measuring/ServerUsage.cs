namespace GameCluster.LoadTest.Measuring;

/// <summary>What one server process used between two moments.</summary>
internal sealed record ServerUsage(int Pid, double CpuSeconds, long ResidentBytesBefore, long ResidentBytesAfter, long PrivateBytesBefore, long PrivateBytesAfter)
{
    public static IReadOnlyList<ProcessSample> ReadAll(IReadOnlyList<int> pids) => [.. pids.Select(ProcessSample.Read)];

    public static IReadOnlyList<ServerUsage> Between(IReadOnlyList<int> pids, IReadOnlyList<ProcessSample> before, IReadOnlyList<ProcessSample> after) =>
        [.. pids.Select((pid, i) => new ServerUsage(
            pid,
            Math.Round(after[i].CpuSeconds - before[i].CpuSeconds, 2),
            before[i].ResidentBytes,
            after[i].ResidentBytes,
            before[i].PrivateBytes,
            after[i].PrivateBytes))];
}
