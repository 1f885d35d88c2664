using System.Runtime.InteropServices;

namespace GameCluster.LoadTest.Load;

/// <summary>
/// A wait of less than a millisecond that leaves the CPU to others. The framework's own waits count in milliseconds, too coarse for a
/// timetable; spinning would take the CPU from the server under test.
/// </summary>
internal static class PreciseDelay
{
    public static void Wait(TimeSpan delay)
    {
        if (OperatingSystem.IsWindows())
        {
            Thread.CurrentThread.Join(TimeSpan.FromMilliseconds(1));
            return;
        }

        var request = new TimeSpec(delay.Ticks / TimeSpan.TicksPerSecond, delay.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);
        _ = nanosleep(in request, IntPtr.Zero);
    }

    [DllImport("libc")]
    private static extern int nanosleep(in TimeSpec request, IntPtr remaining);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct TimeSpec(long Seconds, long Nanoseconds);
}
