using BenchmarkDotNet.Running;
using GameCluster.Benchmarks;

// BenchmarkDotNet can only build a process of its own for a project that is named as its assembly, which this one is not.
BenchmarkSwitcher.FromAssembly(typeof(FrameCodecBenchmarks).Assembly).Run([.. args, "--inProcess"]);
