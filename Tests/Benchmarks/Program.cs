using BenchmarkDotNet.Running;
using GameCluster.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(FrameCodecBenchmarks).Assembly).Run(args);
