namespace GameCluster.Gateway.Protocol;

/// <summary>What <see cref="FrameReader.Read"/> made of its input.</summary>
internal enum FrameReadResult : byte
{
    /// <summary>The input is used up and no frame is complete.</summary>
    NeedMore,

    /// <summary>A frame is complete; the input may hold more.</summary>
    Frame,

    /// <summary>The length is below <see cref="FrameHeader.Size"/>. The reader is of no further use.</summary>
    BadLength,

    /// <summary>The length is above the limit. The reader is of no further use.</summary>
    TooLong,
}
