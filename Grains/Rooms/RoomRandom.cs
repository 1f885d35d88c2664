using System.Buffers.Binary;

namespace GameCluster.Rooms;

/// <summary>A room's chance: SplitMix64, whose whole state is one number, so that it goes on elsewhere where it was. No source of secrets.</summary>
internal sealed class RoomRandom(ulong state) : Random
{
    private const ulong Step = 0x9e3779b97f4a7c15;

    /// <summary>Where it is.</summary>
    public ulong State { get; set; } = state;

    /// <summary>The state for one of a room's inputs: the same whenever and wherever that is executed.</summary>
    public static ulong StateFor(ulong seed, long version) => Mix(seed ^ Mix((ulong)version * Step));

    /// <inheritdoc />
    public override int Next() => (int)Bounded(int.MaxValue);

    /// <inheritdoc />
    public override int Next(int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (int)Bounded((ulong)maxValue);
    }

    /// <inheritdoc />
    public override int Next(int minValue, int maxValue) => (int)NextInt64(minValue, maxValue);

    /// <inheritdoc />
    public override long NextInt64() => (long)Bounded(long.MaxValue);

    /// <inheritdoc />
    public override long NextInt64(long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (long)Bounded((ulong)maxValue);
    }

    /// <inheritdoc />
    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return unchecked(minValue + (long)Bounded((ulong)(maxValue - minValue)));
    }

    /// <inheritdoc />
    public override double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <inheritdoc />
    public override float NextSingle() => (NextBits() >> 40) * (1.0f / (1U << 24));

    /// <inheritdoc />
    public override void NextBytes(byte[] buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        NextBytes(buffer.AsSpan());
    }

    /// <inheritdoc />
    public override void NextBytes(Span<byte> buffer)
    {
        Span<byte> bits = stackalloc byte[sizeof(ulong)];
        for (; buffer.Length > 0; buffer = buffer[Math.Min(buffer.Length, bits.Length)..])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bits, NextBits());
            bits[..Math.Min(buffer.Length, bits.Length)].CopyTo(buffer);
        }
    }

    /// <inheritdoc />
    protected override double Sample() => NextDouble();

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }

    private ulong Bounded(ulong limit) => Math.BigMul(NextBits(), limit, out _);

    private ulong NextBits() => Mix(State += Step);
}
