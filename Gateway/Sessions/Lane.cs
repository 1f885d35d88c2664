using System.Diagnostics;
using GameCluster.Gateway.Diagnostics;
using GameCluster.Services;

namespace GameCluster.Gateway.Sessions;

/// <summary>
/// The messages of one session for one grain. One call is under way at a time, so that they are handled in the order sent; Orleans itself
/// keeps no order between calls. <see cref="LaneSet"/> guards the queue; the rest belongs to whoever runs the call under way.
/// </summary>
internal sealed class Lane(Session session, string service, string role, string key, bool once, GrainId target, IServiceGrain grain, ServiceMeter meter)
{
    private const int MaxCallFrames = 64;
    private const int CallsPerSample = 16;

    private readonly Queue<InboundFrame> _waiting = new(capacity: 1);
    private int _calls;

    public Session Session { get; } = session;

    /// <summary>The service's name: a lane outlives the route table that made it.</summary>
    public string Service { get; } = service;

    /// <summary>What a silo must carry to host the grain.</summary>
    public string Role { get; } = role;

    public string Key { get; } = key;

    /// <summary>The room that the lane leads to, if it is one's; the session may have gone on to another.</summary>
    public string? Room { get; init; }

    /// <summary>Made for one message that any grain may handle: nothing else may join it.</summary>
    public bool Once { get; } = once;

    public GrainId Target { get; } = target;

    public IServiceGrain Grain { get; } = grain;

    /// <summary>Where the grain was when it last replied; a wrong guess costs a hop, not correctness.</summary>
    public SiloAddress? Location { get; set; }

    /// <summary>Counts of its service.</summary>
    public ServiceMeter Meter { get; } = meter;

    /// <summary>When the call under way was first tried, as a <see cref="TimeProvider"/> timestamp.</summary>
    public long StartedAt { get; set; }

    /// <summary>How often the call under way was tried again.</summary>
    public int Retries { get; set; }

    /// <summary>The span of the call under way, if it is traced.</summary>
    public Activity? Trace { get; set; }

    /// <summary>Whether a call is under way.</summary>
    public bool Busy { get; set; }

    /// <summary>Whether the call that has just ended is one of those whose time is measured.</summary>
    public bool IsSampled() => _calls++ % CallsPerSample == 0;

    public int Waiting => _waiting.Count;

    public void Enqueue(InboundFrame frame) => _waiting.Enqueue(frame);

    /// <summary>The next frames to travel together.</summary>
    public InboundFrame[] Take()
    {
        var frames = new InboundFrame[Math.Min(_waiting.Count, MaxCallFrames)];
        for (var i = 0; i < frames.Length; i++)
        {
            frames[i] = _waiting.Dequeue();
        }

        return frames;
    }

    /// <summary>Puts frames that a call did not get to back in front.</summary>
    public void PutBack(ReadOnlySpan<InboundFrame> frames)
    {
        var behind = _waiting.Count;
        foreach (var frame in frames)
        {
            _waiting.Enqueue(frame);
        }

        for (var i = 0; i < behind; i++)
        {
            _waiting.Enqueue(_waiting.Dequeue());
        }
    }
}
