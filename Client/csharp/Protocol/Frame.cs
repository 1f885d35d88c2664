namespace GameCluster.Client.Protocol;

/// <summary>A whole frame of version 1. The body is empty, never null.</summary>
internal readonly record struct Frame(int MessageId, FrameKind Kind, ushort Stream, uint Number, byte[] Body)
{
    /// <summary>Bytes before every body.</summary>
    public const int HeaderSize = 20;

    /// <summary>The version in every header.</summary>
    public const int Version = 1;

    /// <summary>The frame as bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[checked(HeaderSize + Body.Length)];
        FrameHeader.Write(bytes, this);
        Body.CopyTo(bytes.AsSpan(HeaderSize));
        return bytes;
    }
}
