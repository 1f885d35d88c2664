using System.Runtime.InteropServices;

namespace GameCluster.Gateway.Diagnostics;

/// <summary>A count that many threads add to for every frame and that is read when metrics are collected: each core adds to a cache line of its own.</summary>
internal sealed class StripedCounter
{
    private readonly Stripe[] _stripes = new Stripe[Environment.ProcessorCount];

    /// <summary>All stripes together.</summary>
    public long Sum
    {
        get
        {
            var sum = 0L;
            for (var i = 0; i < _stripes.Length; i++)
            {
                sum += Interlocked.Read(ref _stripes[i].Count);
            }

            return sum;
        }
    }

    public void Add(long value) => Interlocked.Add(ref _stripes[Thread.GetCurrentProcessorId() % _stripes.Length].Count, value);

    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Stripe
    {
        [FieldOffset(64)]
        public long Count;
    }
}
