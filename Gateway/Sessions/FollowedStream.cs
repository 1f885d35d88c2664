using GameCluster.Push;

namespace GameCluster.Gateway.Sessions;

/// <summary>How far a stream of a session has got on this connection. <see cref="SessionStreams"/> guards it.</summary>
/// <param name="stream">The stream, or null for the session's own.</param>
/// <param name="last">The last number that the client has.</param>
internal sealed class FollowedStream(SessionStream? stream, uint last)
{
    public SessionStream? Stream { get; } = stream;

    public ushort Number => Stream?.Number ?? 0;

    /// <summary>The highest epoch heard of the stream: what comes with a lower one is from a life of it that is over.</summary>
    public long Epoch { get; private set; } = stream?.Epoch ?? 0;

    /// <summary>The number of the last push passed on.</summary>
    public uint Last { get; set; } = last;

    /// <summary>Whether its pushes may be passed on: not before the client knows of the stream.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Whether its source is being asked to go on from the last number.</summary>
    public bool IsResuming { get; set; }

    /// <summary>Whether a push was let go because one before it is missing.</summary>
    public bool HasMissed { get; set; }

    /// <summary>Whether the client has just been told an older state than what it has heard since: only a snapshot puts that right.</summary>
    public bool NeedsSnapshot { get; set; }

    /// <summary>The number from which its source is to go on. One that nobody has is answered by a snapshot.</summary>
    public uint From => NeedsSnapshot ? uint.MaxValue : Last;

    /// <summary>False for the word of a life of the stream that is over. Those that name no epoch are taken at their word.</summary>
    public bool Accepts(long epoch)
    {
        if (epoch != 0 && epoch < Epoch)
        {
            return false;
        }

        Epoch = Math.Max(Epoch, epoch);
        return true;
    }
}
