using GameCluster.Push;
using GameCluster.Rooms;
using GameCluster.Services;
using Microsoft.Extensions.Logging;

namespace GameCluster.Sessions;

/// <summary>Tells others what became of a session, on its own time: the session's grain may be gone by then.</summary>
internal sealed partial class SessionNotices(IGrainFactory grains, GatewayNodeClient gateways, TimeProvider time, ILogger<SessionNotices> logger)
{
    private const int Attempts = 8;

    private static readonly byte[] OfflineBody = """{"message_id":999}"""u8.ToArray();

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>The client has lost its connection; rooms keep its place.</summary>
    public void Away(SessionId session, long epoch, SessionRecord record)
    {
        foreach (var stream in record.Streams)
        {
            Send(session, () => grains.GetGrain<IStreamGrain>(stream.Grain).AwayAsync(session, epoch));
        }
    }

    /// <summary>The session is over. Unless they are <paramref name="told"/>, its services get their last message.</summary>
    public void End(SessionId session, long epoch, SessionRecord record, bool told)
    {
        foreach (var stream in record.Streams)
        {
            Send(session, () => grains.GetGrain<IStreamGrain>(stream.Grain).EndAsync(session, epoch));
        }

        if (!told)
        {
            foreach (var target in record.Targets)
            {
                var call = new LaneCall(session, record.Player, record.Rooms.GetValueOrDefault(target.Service), [new InboundFrame(WellKnownMessages.Offline, OfflineBody)]);
                Send(session, async () => await grains.GetGrain<IServiceGrain>(target.Grain).HandleAsync(call), once: true);
            }
        }

        if (record.Player is { } player)
        {
            LeavePlayer(session, player);
        }
    }

    /// <summary>The session is not this player's any more.</summary>
    public void LeavePlayer(SessionId session, string player) => Send(session, () => grains.GetGrain<IPlayerGrain>(player).LeaveAsync(session));

    /// <summary>The session is this player's: it was before.</summary>
    public void EnterPlayer(SessionId session, string player) =>
        Send(session, async () => await grains.GetGrain<IPlayerGrain>(player).EnterAsync(session, judged: false));

    /// <summary>A gateway does not carry the session any more.</summary>
    public void TakeOver(SessionId session, long epoch, SiloAddress gateway) => Send(session, () => gateways.At(gateway).TakeOverAsync(session, epoch));

    /// <summary>The session has been ended, which a gateway that may still carry it does not know.</summary>
    public void Kick(SessionId session, SiloAddress gateway, string reason) => Send(session, async () => await gateways.At(gateway).KickAsync(session, reason));

    private void Send(SessionId session, Func<ValueTask> call, bool once = false) => _ = Task.Run(() => SendAsync(session, call, once));

    private async Task SendAsync(SessionId session, Func<ValueTask> call, bool once)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await call();
                return;
            }
            catch (Exception exception) when (attempt + 1 == Attempts || (once && CallFailure.Classify(exception) == DeliveryFailure.Unknown))
            {
                LogNotTold(logger, session, exception.Message);
                return;
            }
            catch (Exception)
            {
                await Task.Delay(FirstPause * (1 << attempt), time);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What became of session {Session} could not be told to all: {Reason}")]
    private static partial void LogNotTold(ILogger logger, SessionId session, string reason);
}
