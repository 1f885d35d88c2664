namespace GameCluster.Rooms;

/// <summary>A numbered message that is kept for those who miss it.</summary>
/// <param name="At">When it was made, as a <see cref="TimeProvider"/> timestamp.</param>
internal readonly record struct StreamEntry(int MessageId, byte[] Body, StreamAudience Audience, long At)
{
    private const int Overhead = 64;

    /// <summary>What it counts in bytes.</summary>
    public int Size => Body.Length + Overhead;
}
