namespace GameCluster.LoadTest.Connections;

/// <summary>A growing array to which frames are appended until it is sent. A field of its owner, hence a mutable struct.</summary>
internal struct SendBuffer
{
    public byte[]? Bytes { get; private set; }

    public int Count { get; private set; }

    public Span<byte> Append(int bytes)
    {
        if ((Bytes?.Length ?? 0) < Count + bytes)
        {
            var grown = new byte[Math.Max(Count + bytes, 2 * Count)];
            Bytes.AsSpan(0, Count).CopyTo(grown);
            Bytes = grown;
        }

        var span = Bytes.AsSpan(Count, bytes);
        Count += bytes;
        return span;
    }

    public void Clear() => Count = 0;
}
