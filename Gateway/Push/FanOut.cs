using GameCluster.Gateway.Sessions;
using GameCluster.Push;
using GameCluster.Sessions;

namespace GameCluster.Gateway.Push;

/// <summary>
/// Passes on what is for many sessions: few sends where they are asked for, many on threads of the pool, so that neither replies nor other rooms wait for a thousand of them, and on several cores where
/// there are. All that one call has for a session is passed by the same thread, in order. Calls for one stream follow each other: its silo makes the next when the one before has ended.
/// </summary>
internal sealed class FanOut(SessionTable sessions)
{
    /// <summary>So many sends are worth a thread: a fraction of a millisecond.</summary>
    private const int SendsPerThread = 64;

    /// <summary>Half of the cores, for what else the gateway has to do.</summary>
    private static readonly int MaxThreads = Math.Max(1, Environment.ProcessorCount / 2);

    private Task _lastBroadcast = Task.CompletedTask;

    /// <summary>Returns the sessions that are not here.</summary>
    public async ValueTask<SessionId[]> DeliverAsync(StreamDelivery[] deliveries)
    {
        var sends = deliveries.Sum(static delivery => delivery.MemberSpan.Length);
        if (sends <= SendsPerThread)
        {
            return Distinct(Deliver(deliveries, 0, 1));
        }

        var threads = Math.Min(MaxThreads, sends / SendsPerThread);
        return Distinct(await Task.WhenAll(Enumerable.Range(0, threads).Select(part => Task.Run(() => Deliver(deliveries, part, threads)))));
    }

    /// <summary>To every session, after those of earlier calls. Returns how many took it. Not to be called from several threads.</summary>
    public Task<int> BroadcastAsync(int messageId, byte[] body)
    {
        var broadcast = BroadcastAfterAsync(_lastBroadcast, messageId, body);
        _lastBroadcast = broadcast;
        return broadcast;
    }

    private static SessionId[] Distinct(params List<SessionId>?[] missing) => [.. missing.Where(static part => part is not null).SelectMany(static part => part!).Distinct()];

    private async Task<int> BroadcastAfterAsync(Task previous, int messageId, byte[] body)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await Task.Run(() => sessions.All.AsParallel().WithDegreeOfParallelism(MaxThreads).Count(session => session.SendLive(messageId, body) == SendResult.Queued));
    }

    /// <summary>Passes on what is for every so-manyth session. Returns those that are not here, if there are any.</summary>
    private List<SessionId>? Deliver(StreamDelivery[] deliveries, int part, int parts)
    {
        List<SessionId>? missing = null;
        foreach (var delivery in deliveries)
        {
            foreach (var member in delivery.MemberSpan)
            {
                if (parts > 1 && (uint)member.Value.GetHashCode() % parts != part)
                {
                    continue;
                }

                if (sessions.TryGet(member.Session, out var session))
                {
                    session.Pass(delivery, member.Number);
                }
                else
                {
                    (missing ??= []).Add(member.Session);
                }
            }
        }

        return missing;
    }
}
