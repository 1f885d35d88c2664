using GameCluster.Push;
using GameCluster.Sessions;
using Microsoft.Extensions.Options;

namespace GameCluster.Gateway.Sessions;

/// <summary>Enters sessions into the cluster's directory, so that pushes find them on this gateway.</summary>
internal sealed partial class SessionDirectory(
    IGrainFactory grains,
    ILocalSiloDetails silo,
    TimeProvider time,
    IOptions<GatewayOptions> options,
    ILogger<SessionDirectory> logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Ends when the session can be found, or after the request time-out, which is logged: the session's own requests work all the same, but pushes by
    /// its id do not find it.
    /// </summary>
    public async Task EnterAsync(SessionId session)
    {
        var startedAt = time.GetTimestamp();
        while (true)
        {
            try
            {
                await grains.GetGrain<ISessionGrain>(session.Value).AttachAsync(new SessionAttachment { Gateway = silo.SiloAddress, Epoch = 1, Record = SessionRecord.Empty }).ConfigureAwait(false);
                return;
            }
            catch (Exception exception) when (time.GetElapsedTime(startedAt) >= options.Value.RequestTimeout)
            {
                LogNotEntered(logger, session, exception.Message);
                return;
            }
            catch (Exception)
            {
                await Task.Delay(RetryDelay, time).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes the session out. A failure leaves an entry that the next lookup finds to be of no use.</summary>
    public async Task LeaveAsync(SessionId session)
    {
        try
        {
            await grains.GetGrain<ISessionGrain>(session.Value).EndAsync(1, told: true).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogNotLeft(logger, session, exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {Session} cannot be reached by pushes for now: {Reason}")]
    private static partial void LogNotEntered(ILogger logger, SessionId session, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Session {Session} could not be taken out of the directory: {Reason}")]
    private static partial void LogNotLeft(ILogger logger, SessionId session, string reason);
}
