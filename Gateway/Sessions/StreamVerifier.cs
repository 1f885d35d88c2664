using System.Collections.Concurrent;
using GameCluster.Rooms;
using GameCluster.Sessions;

namespace GameCluster.Gateway.Sessions;

/// <summary>
/// Finds the streams that have died with a silo. Nobody says so: a room that was in its memory is gone, and its members wait in silence. So the source of every stream is asked, once for
/// many sessions and few at a time; only where it does not know a session, that session's stream is taken up again, or closed.
/// </summary>
internal sealed partial class StreamVerifier(IGrainFactory grains, SessionTable sessions, ILocalSiloDetails silo, TimeProvider time, ILogger<StreamVerifier> logger)
{
    /// <summary>Calls under way.</summary>
    private const int Parallel = 32;

    /// <summary>Sessions in a call.</summary>
    private const int PortionSize = 256;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks for all sessions of this gateway, until everybody has answered. A source that does not answer keeps nobody else waiting.</summary>
    public async Task VerifyAsync(CancellationToken stopping)
    {
        var startedAt = time.GetTimestamp();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = stopping };
        var portions = Portions();
        var (asked, missing) = (portions.Sum(static portion => portion.Sessions.Length), 0);
        while (portions.Length > 0)
        {
            var silent = new ConcurrentBag<Portion>();
            await System.Threading.Tasks.Parallel.ForEachAsync(portions, options, async (portion, _) =>
            {
                if (await TryVerifyAsync(portion).ConfigureAwait(false) is { } found)
                {
                    Interlocked.Add(ref missing, found);
                }
                else
                {
                    silent.Add(portion);
                }
            }).ConfigureAwait(false);
            portions = [.. silent];
            if (portions.Length > 0)
            {
                await Task.Delay(RetryDelay, time, stopping).ConfigureAwait(false);
            }
        }

        if (asked > 0)
        {
            LogVerified(asked, missing, (long)time.GetElapsedTime(startedAt).TotalMilliseconds);
        }
    }

    private Portion[] Portions()
    {
        var followers = new Dictionary<GrainId, List<Session>>();
        foreach (var session in sessions.All)
        {
            foreach (var stream in session.OpenStreams)
            {
                if (!followers.TryGetValue(stream, out var list))
                {
                    followers.Add(stream, list = []);
                }

                list.Add(session);
            }
        }

        return [.. followers.SelectMany(static stream => stream.Value.Chunk(PortionSize).Select(portion => new Portion(stream.Key, portion)))];
    }

    /// <summary>How many sessions the source did not know here; null if it did not answer.</summary>
    private async Task<int?> TryVerifyAsync(Portion portion)
    {
        SessionId[] missing;
        try
        {
            missing = await grains.GetGrain<IStreamGrain>(portion.Stream)
                .FindMissingAsync(silo.SiloAddress, Array.ConvertAll(portion.Sessions, static session => session.Id)).ConfigureAwait(false);
        }
        catch (Exception)
        {
            return null;
        }

        foreach (var session in portion.Sessions.Where(session => Array.IndexOf(missing, session.Id) >= 0))
        {
            await session.ResumeStreamAsync(portion.Stream).ConfigureAwait(false);
        }

        return missing.Length;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A silo has left: the streams of sessions here were asked for, {Asked} in all; {Missing} did not know their session; it took {Elapsed} ms")]
    private partial void LogVerified(int asked, int missing, long elapsed);

    private readonly record struct Portion(GrainId Stream, Session[] Sessions);
}
