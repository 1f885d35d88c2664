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

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>How long one session may hold up those behind it.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Asks for all sessions of this gateway, until everybody has answered or has no session here any more. A source that does not answer, as a room that cannot be opened, keeps nobody else waiting.
    /// </summary>
    public async Task VerifyAsync(CancellationToken stopping)
    {
        var startedAt = time.GetTimestamp();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = stopping };
        var portions = Portions();
        var (asked, missing) = (portions.Sum(static portion => portion.Sessions.Length), 0);
        for (var pause = FirstPause; portions.Length > 0; pause = pause < LongestPause / 2 ? 2 * pause : LongestPause)
        {
            var silent = new ConcurrentBag<Portion>();
            await System.Threading.Tasks.Parallel.ForEachAsync(portions, options, async (portion, _) =>
            {
                if (await TryVerifyAsync(portion, stopping).ConfigureAwait(false) is { } found)
                {
                    Interlocked.Add(ref missing, found);
                }
                else
                {
                    silent.Add(portion);
                }
            }).ConfigureAwait(false);
            if (!silent.IsEmpty)
            {
                await Task.Delay(pause, time, stopping).ConfigureAwait(false);
            }

            portions = [.. silent.Select(static portion => portion with { Sessions = Array.FindAll(portion.Sessions, static session => !session.HasEnded) }).Where(static portion => portion.Sessions.Length > 0)];
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
    private async Task<int?> TryVerifyAsync(Portion portion, CancellationToken stopping)
    {
        SessionId[] missing;
        try
        {
            missing = await grains.GetGrain<IStreamGrain>(portion.Stream)
                .FindMissingAsync(silo.SiloAddress, Array.ConvertAll(portion.Sessions, static session => session.Id)).AsTask().WaitAsync(stopping).ConfigureAwait(false);
            foreach (var session in portion.Sessions.Where(session => Array.IndexOf(missing, session.Id) >= 0))
            {
                // It goes on asking by itself for as long as it takes; nobody else is to wait for that.
                await session.ResumeStreamAsync(portion.Stream).WaitAsync(AnswerTime, time, stopping).ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            return null;
        }

        return missing.Length;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A silo has left: the streams of sessions here were asked for, {Asked} in all; {Missing} did not know their session; it took {Elapsed} ms")]
    private partial void LogVerified(int asked, int missing, long elapsed);

    private readonly record struct Portion(GrainId Stream, Session[] Sessions);
}
