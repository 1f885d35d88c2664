using System.Runtime.InteropServices;

namespace GameCluster.LoadTest.Measuring;

/// <summary>Where a report was made.</summary>
internal sealed record Machine(int Cores, string Runtime, string System, DateTimeOffset At)
{
    public static Machine Current => new(
        Environment.ProcessorCount, RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription, TimeProvider.System.GetUtcNow());
}
