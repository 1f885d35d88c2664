using GameCluster.Sessions;

namespace GameCluster.Rooms;

/// <summary>A session that follows a stream, as <see cref="StreamCore"/> knows it.</summary>
internal sealed class StreamSubscriber(SessionId session, bool isSpectator)
{
    public SessionId Session { get; } = session;

    public bool IsSpectator { get; } = isSpectator;

    /// <summary>The number of the last message that was for it, wherever it was at that time.</summary>
    public uint Last { get; set; }

    /// <summary>The highest epoch heard of the session; -1 before the first.</summary>
    public long Epoch { get; set; } = -1;

    /// <summary>Whether its gateway has taken the stream up since it joined.</summary>
    public bool HasArrived { get; set; }

    /// <summary>Whether it was taken over from where the stream was before: whether its gateway had taken it up there may not be known.</summary>
    public bool IsRestored { get; set; }

    /// <summary>When it was last taken up, in the stream's own counting.</summary>
    public long TakenUpAt { get; set; }

    /// <summary>Since when it has been where it is, as a <see cref="TimeProvider"/> timestamp.</summary>
    public long Since { get; set; }

    /// <summary>Where it is, and its place in the list there.</summary>
    public StreamGateway Place { get; set; } = null!;

    public int Index { get; set; }

    /// <summary>The gateway that carries it, or null while it is away or has not arrived.</summary>
    public SiloAddress? Gateway => Place.Address;
}
