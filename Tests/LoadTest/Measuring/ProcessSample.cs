using System.Globalization;

namespace GameCluster.LoadTest.Measuring;

/// <summary>CPU time and memory of a process at one moment, as Linux tells them.</summary>
/// <param name="CpuSeconds">User and system time of all its threads since it started, and of the processes that it started itself, as PostgreSQL does for each connection; to 10 ms.</param>
/// <param name="ResidentBytes">Resident memory (RSS), shared pages included.</param>
/// <param name="PrivateBytes">The anonymous part of it: heaps and stacks, without files such as libraries.</param>
internal sealed record ProcessSample(double CpuSeconds, long ResidentBytes, long PrivateBytes)
{
    /// <summary>Linux reports process times in units of 1/100 s on every architecture .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    /// <exception cref="IOException">There is no such process, or no /proc.</exception>
    public static ProcessSample Read(int pid)
    {
        var ticks = Ticks(pid) + Children(pid).Sum(TicksOfChild);
        var status = File.ReadAllLines($"/proc/{pid}/status");
        return new ProcessSample(ticks / TicksPerSecond, Bytes(status, "VmRSS:"), Bytes(status, "RssAnon:"));
    }

    /// <summary>Its time, and that of its children that have ended.</summary>
    private static long Ticks(int pid)
    {
        // The second field is the command in parentheses and may hold blanks: count behind it. There, 11 to 14 are utime, stime, cutime and cstime.
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..15].Sum(static field => long.Parse(field, CultureInfo.InvariantCulture));
    }

    private static long TicksOfChild(int pid)
    {
        try
        {
            return Ticks(pid);
        }
        catch (IOException)
        {
            // It has just ended: its parent counts it from now on.
            return 0;
        }
    }

    /// <summary>Those that its first thread has started and that have not ended; none where the kernel does not tell.</summary>
    private static IEnumerable<int> Children(int pid)
    {
        var file = $"/proc/{pid}/task/{pid}/children";
        return File.Exists(file) ? File.ReadAllText(file).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static child => int.Parse(child, CultureInfo.InvariantCulture)) : [];
    }

    private static long Bytes(string[] status, string name)
    {
        // A process that has ended but was not awaited by its parent has no memory lines.
        var line = status.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null ? 0 : 1024 * long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
