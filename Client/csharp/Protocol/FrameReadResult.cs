namespace GameCluster.Client.Protocol;

/// <summary>What <see cref="FrameReader.Read"/> made of its input.</summary>
internal enum FrameReadResult
{
    /// <summary>The input is used up and no frame is complete.</summary>
    NeedMore,

    /// <summary>A frame is complete; the input may hold more.</summary>
    Frame,

    /// <summary>The length is below the header's. The reader is of no further use.</summary>
    BadLength,

    /// <summary>The length is above the limit. The reader is of no further use.</summary>
    TooLong,

    /// <summary>The version is not 1. The reader is of no further use.</summary>
    BadVersion,
}
