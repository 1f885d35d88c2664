using System.Globalization;
using BenchmarkDotNet.Running;
using GameCluster.Benchmarks;

// The journal is many rooms against one disk, which BenchmarkDotNet cannot say: `journal`, or `journal 20 2` for 20 seconds each and two connections.
if (args is ["journal", ..])
{
    await JournalRun.RunAsync(
        args is [_, var seconds, ..] ? double.Parse(seconds, CultureInfo.InvariantCulture) : 10,
        args is [_, _, var connections, ..] ? int.Parse(connections, CultureInfo.InvariantCulture) : 1);
    return;
}

// BenchmarkDotNet can only build a process of its own for a project that is named as its assembly, which this one is not.
BenchmarkSwitcher.FromAssembly(typeof(FrameCodecBenchmarks).Assembly).Run([.. args, "--inProcess"]);
