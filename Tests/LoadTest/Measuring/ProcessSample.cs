using System.Globalization;

namespace GameCluster.LoadTest.Measuring;

/// <summary>CPU time and memory of a process at one moment, as Linux tells them.</summary>
/// <param name="CpuSeconds">User and system time of all its threads since it started, to 10 ms.</param>
/// <param name="ResidentBytes">Resident memory (RSS), shared pages included.</param>
/// <param name="PrivateBytes">The anonymous part of it: heaps and stacks, without files such as libraries.</param>
internal sealed record ProcessSample(double CpuSeconds, long ResidentBytes, long PrivateBytes)
{
    /// <summary>Linux reports process times in units of 1/100 s on every architecture .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    /// <exception cref="IOException">There is no such process, or no /proc.</exception>
    public static ProcessSample Read(int pid)
    {
        // The second field is the command in parentheses and may hold blanks: count behind it. There, 11 and 12 are utime and stime.
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        var status = File.ReadAllLines($"/proc/{pid}/status");
        return new ProcessSample(ticks / TicksPerSecond, Bytes(status, "VmRSS:"), Bytes(status, "RssAnon:"));
    }

    private static long Bytes(string[] status, string name)
    {
        // A process that has ended but was not awaited by its parent has no memory lines.
        var line = status.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null ? 0 : 1024 * long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
