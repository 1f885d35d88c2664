namespace GameCluster.Services;

/// <summary>What a service grain made of a <see cref="LaneCall"/>.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.LaneReply")]
public sealed class LaneReply(int handled, OutboundFrame[] frames, SessionEffects? effects, SiloAddress silo)
{
    /// <summary>
    /// How many of the call's frames were handled, at least 1. The rest were not looked at and are to be sent again, in order: a call ends early
    /// when it has taken its share of time, so that its length does not grow with what a client pipelines.
    /// </summary>
    [Id(0)]
    public int Handled { get; } = handled;

    /// <summary>Replies, errors and pushes for the session, in the order they are to leave.</summary>
    [Id(1)]
    public OutboundFrame[] Frames { get; } = frames;

    /// <summary>What the handlers changed about the session, or null.</summary>
    [Id(2)]
    public SessionEffects? Effects { get; } = effects;

    /// <summary>The silo that hosts the grain: where the next call is best sent.</summary>
    [Id(3)]
    public SiloAddress Silo { get; } = silo;

    /// <summary>The size of what is to leave.</summary>
    public int Bytes
    {
        get
        {
            var bytes = 0;
            foreach (var frame in Frames)
            {
                bytes += frame.Body.Length;
            }

            return bytes;
        }
    }
}
