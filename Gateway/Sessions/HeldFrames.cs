using GameCluster.Services;

namespace GameCluster.Gateway.Sessions;

/// <summary>
/// Frames of one session that lack a login or a room which a frame before them may bring: they wait for the answers of those, and whatever comes behind waits with them, so that
/// nothing is overtaken. They count as unanswered, and so are bounded with the lanes. <see cref="TryFollow"/> and <see cref="TryHold"/> belong to the receive loop, the rest is safe from
/// any thread.
/// </summary>
internal sealed class HeldFrames(LaneSet lanes)
{
    private readonly Lock _gate = new();
    private readonly Queue<InboundFrame> _frames = new();
    private int _count;

    /// <summary>Whether some wait.</summary>
    public bool Any => Volatile.Read(ref _count) > 0;

    /// <summary>Puts a frame behind those that wait. False if none does.</summary>
    public bool TryFollow(InboundFrame frame)
    {
        if (!Any)
        {
            return false;
        }

        lock (_gate)
        {
            return _frames.Count > 0 && Add(frame);
        }
    }

    /// <summary>Lets a frame wait for what is unanswered. False if nothing is: then nothing can bring what it lacks.</summary>
    public bool TryHold(InboundFrame frame)
    {
        lock (_gate)
        {
            // Said before it is known, so that whoever answers the last of what is unanswered does not miss it.
            Volatile.Write(ref _count, _frames.Count + 1);
            if (!lanes.IsDrained)
            {
                return Add(frame);
            }

            Volatile.Write(ref _count, _frames.Count);
            return false;
        }
    }

    /// <summary>Something has been answered: lets go what can go now, in order. What <paramref name="dispatch"/> does not take goes to <paramref name="refuse"/> once nothing is unanswered.</summary>
    public void Release(Func<InboundFrame, Lack?> dispatch, Action<InboundFrame, Lack> refuse)
    {
        lock (_gate)
        {
            while (_frames.TryPeek(out var frame))
            {
                if (dispatch(frame) is { } lack)
                {
                    if (!lanes.IsDrained)
                    {
                        return;
                    }

                    refuse(frame, lack);
                }

                Remove();
            }
        }
    }

    /// <summary>Forgets all of them: their connection has ended, and who sent them can ask again.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            while (_frames.Count > 0)
            {
                Remove();
            }
        }
    }

    private bool Add(InboundFrame frame)
    {
        _frames.Enqueue(frame);
        lanes.Count(frame);
        Volatile.Write(ref _count, _frames.Count);
        return true;
    }

    private void Remove()
    {
        // Only when it is where it belongs may the next frame go past this class.
        lanes.Uncount(_frames.Dequeue());
        Volatile.Write(ref _count, _frames.Count);
    }
}

/// <summary>What a frame lacks to be handled, as the error frame would say it.</summary>
internal readonly record struct Lack(int Code, string Text);
