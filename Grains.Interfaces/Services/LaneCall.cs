using GameCluster.Sessions;

namespace GameCluster.Services;

/// <summary>
/// Messages of one session for one service grain, in the order the client sent them. A lane has one such call under way; what arrives
/// meanwhile travels in the next.
/// </summary>
[GenerateSerializer, Immutable, Alias("gamecluster.LaneCall")]
public sealed class LaneCall(SessionId session, string? player, string? room, InboundFrame[] frames, string? traceParent = null, uint settled = 0)
{
    /// <summary>The session the frames came from, as the gateway knows it; nothing in a body can change it.</summary>
    [Id(0)]
    public SessionId Session { get; } = session;

    /// <summary>The logged-in player, or null before login.</summary>
    [Id(1)]
    public string? Player { get; } = player;

    /// <summary>The room this session is bound to at the target service, or null.</summary>
    [Id(2)]
    public string? Room { get; } = room;

    /// <summary>At least one frame.</summary>
    [Id(3)]
    public InboundFrame[] Frames { get; } = frames;

    /// <summary>The W3C trace parent of a call that is traced, else null.</summary>
    [Id(4)]
    public string? TraceParent { get; } = traceParent;

    /// <summary>Every request of the session with a lower number has its answer: none of them comes again.</summary>
    [Id(5)]
    public uint Settled { get; } = settled;

    /// <summary>The size of what the client has sent.</summary>
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
