using BenchmarkDotNet.Attributes;
using GameCluster.Gateway.Protocol;

namespace GameCluster.Benchmarks;

/// <summary>What the codec costs for a frame of 40 bytes: about the size of the requests clients send.</summary>
[MemoryDiagnoser]
public class FrameCodecBenchmarks
{
    private const int FrameLength = 40;
    private const int Coalesced = 16;
    private const int MessageId = 20_000;

    private readonly byte[] _body = new byte[FrameLength - FrameHeader.Size];
    private readonly byte[] _one = new byte[FrameLength];
    private readonly byte[] _many = new byte[FrameLength * Coalesced];
    private readonly byte[] _destination = new byte[FrameLength];
    private readonly FrameReader _reader = new(65_536);

    /// <summary>Fills the inputs.</summary>
    [GlobalSetup]
    public void Setup()
    {
        FrameWriter.Write(_one, MessageId, _body);
        for (var i = 0; i < Coalesced; i++)
        {
            _one.CopyTo(_many, i * FrameLength);
        }
    }

    /// <summary>One frame in one piece.</summary>
    [Benchmark(Description = "read one frame", Baseline = true)]
    public int ReadOne() => Read(_one);

    /// <summary>One frame in two pieces, cut inside the body.</summary>
    [Benchmark(Description = "read one frame in two pieces")]
    public int ReadSplit() => Read(_one.AsSpan(0, 20)) + Read(_one.AsSpan(20));

    /// <summary>Sixteen frames in one piece, as a pipelining client sends them.</summary>
    [Benchmark(Description = "read 16 frames in one piece")]
    public int ReadCoalesced() => Read(_many);

    /// <summary>One frame into a buffer that is there.</summary>
    [Benchmark(Description = "write one frame")]
    public void WriteOne() => FrameWriter.Write(_destination, MessageId, _body);

    private int Read(ReadOnlySpan<byte> input)
    {
        var bodies = 0;
        while (_reader.Read(ref input, out var frame) == FrameReadResult.Frame)
        {
            bodies += frame.Body.Length;
        }

        return bodies;
    }
}
