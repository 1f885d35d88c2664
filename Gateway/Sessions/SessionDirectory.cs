using GameCluster.Push;
using GameCluster.Rooms;
using GameCluster.Sessions;
using Microsoft.Extensions.Options;
using SessionOptions = GameCluster.Sessions.SessionOptions;

namespace GameCluster.Gateway.Sessions;

/// <summary>
/// Reaches sessions' grains, so that pushes find the sessions on this gateway and other gateways can go on with them. A grain that has been lost with its silo
/// is told everything again.
/// </summary>
internal sealed partial class SessionDirectory(
    IGrainFactory grains,
    ILocalSiloDetails silo,
    TimeProvider time,
    IOptions<GatewayOptions> options,
    IOptions<SessionOptions> windows,
    ILogger<SessionDirectory> logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>This gateway.</summary>
    public SiloAddress Gateway => silo.SiloAddress;

    /// <summary>
    /// Ends when the session can be found, or after the request time-out, which is logged: the session's own requests work all the same, but pushes by
    /// its id do not find it. Null then; false if another gateway carries it.
    /// </summary>
    public Task<bool?> EnterAsync(Session session) => TryAsync<bool?>(session.Id, async grain => await AttachAsync(grain, session).ConfigureAwait(false));

    /// <summary>Takes the session out. <paramref name="told"/>: its services know of its end. As with <see cref="AwayAsync"/>, its grain may be on a silo whose death is not known yet.</summary>
    public Task LeaveAsync(Session session, bool told)
    {
        var mayBeUnknown = false;
        return TryAsync(
            session.Id,
            async grain =>
            {
                var isRepeat = mayBeUnknown;
                mayBeUnknown = true;
                if (!isRepeat || await grain.AttachAsync(session.Attachment).ConfigureAwait(false))
                {
                    await grain.EndAsync(session.Epoch, told).ConfigureAwait(false);
                }

                return true;
            },
            windows.Value.WindowTime);
    }

    /// <summary>The session has lost its connection and waits. Its grain is told as long as that may matter: it may be on a silo whose death is not known yet.</summary>
    public Task AwayAsync(Session session) => TryAsync(
        session.Id,
        async grain =>
        {
            // Attached without a socket, for the moment that it takes to say so: nobody but this gateway knows the session.
            return await grain.AwayAsync(session.Epoch).ConfigureAwait(false)
                || (await grain.AttachAsync(session.Attachment).ConfigureAwait(false) && await grain.AwayAsync(session.Epoch).ConfigureAwait(false));
        },
        windows.Value.WindowTime);

    /// <summary>Takes a session over for a client that shows its token; null if the grain did not answer.</summary>
    public Task<SessionResumption?> ResumeAsync(SessionId session, byte[] hash, byte[] newHash, uint attempt) =>
        TryAsync<SessionResumption?>(session, async grain => await grain.ResumeAsync(new SessionTakeover(silo.SiloAddress, hash, newHash, attempt)).ConfigureAwait(false));

    /// <summary>Keeps what the session is; null if the grain did not answer.</summary>
    public Task<SessionSaveResult?> SaveAsync(Session session) => TryAsync<SessionSaveResult?>(session.Id, async grain =>
    {
        var result = await grain.SaveAsync(session.Epoch, session.Record).ConfigureAwait(false);
        if (result == SessionSaveResult.Unknown)
        {
            result = await AttachAsync(grain, session).ConfigureAwait(false) ? await grain.SaveAsync(session.Epoch, session.Record).ConfigureAwait(false) : SessionSaveResult.Stale;
        }

        return result;
    });

    /// <summary>Numbers and keeps pushes of the session's own handlers; ends when this gateway has them. False if it could not be.</summary>
    public async Task<bool> AppendAsync(Session session, uint settled, SessionPush[] pushes) => await TryAsync<bool?>(session.Id, async grain =>
        await grain.AppendAsync(session.Epoch, settled, pushes).ConfigureAwait(false)
        || (await AttachAsync(grain, session).ConfigureAwait(false) && await grain.AppendAsync(session.Epoch, settled, pushes).ConfigureAwait(false))).ConfigureAwait(false) == true;

    /// <summary>Lets the session's own stream go on. Without an answer from the grain it throws.</summary>
    public async Task<StreamResume> FlowAsync(Session session, uint lastNumber)
    {
        var grain = Find(session.Id);
        var flow = await grain.FlowAsync(session.Epoch, lastNumber).ConfigureAwait(false);
        if (flow is null && await AttachAsync(grain, session).ConfigureAwait(false))
        {
            flow = await grain.FlowAsync(session.Epoch, lastNumber).ConfigureAwait(false);
        }

        return flow is null ? new StreamResume(StreamResumeStatus.NotMember, 0)
            : flow.Lost is null ? new StreamResume(StreamResumeStatus.Resumed, flow.Number)
            : new StreamResume(StreamResumeStatus.Resync, flow.Number, flow.Lost);
    }

    /// <summary>The client has spoken on its new connection.</summary>
    public void Confirm(Session session) => _ = TryAsync(session.Id, async grain =>
    {
        await grain.ConfirmAsync(session.Epoch).ConfigureAwait(false);
        return true;
    });

    /// <summary>The client has its own stream up to this number. False if the session grain does not know it now: the next one makes that good.</summary>
    public async Task<bool> AcknowledgeAsync(Session session, uint number)
    {
        try
        {
            await Find(session.Id).AckAsync(session.Epoch, number).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception)
        {
            LogNotReached(logger, session.Id, exception.Message);
            return false;
        }
    }

    /// <summary>A session without a socket is not attached any more: whoever ends it may have been here before.</summary>
    private async ValueTask<bool> AttachAsync(ISessionGrain grain, Session session)
    {
        if (session.HasEnded)
        {
            return false;
        }

        var attached = await grain.AttachAsync(session.Attachment).ConfigureAwait(false);
        if (!attached)
        {
            session.OnTakenOver();
        }

        return attached;
    }

    private ISessionGrain Find(SessionId session) => grains.GetGrain<ISessionGrain>(session.Value);

    private async Task<T?> TryAsync<T>(SessionId session, Func<ISessionGrain, ValueTask<T>> call, TimeSpan? limit = null)
    {
        var startedAt = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await call(Find(session)).ConfigureAwait(false);
            }
            catch (Exception exception) when (time.GetElapsedTime(startedAt) >= (limit ?? options.Value.RequestTimeout))
            {
                LogNotReached(logger, session, exception.Message);
                return default;
            }
            catch (Exception)
            {
                await Task.Delay(RetryDelay, time).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The grain of session {Session} cannot be reached for now: {Reason}")]
    private static partial void LogNotReached(ILogger logger, SessionId session, string reason);
}
