using GameCluster.Migration;
using GameCluster.Placement;
using GameCluster.Push;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GameCluster.Sessions;

/// <inheritdoc cref="IPlayerGrain"/>
[GrainType("gamecluster.player")]
[Orleans.Placement.PreferLocalPlacement]
[AvoidDraining]
internal sealed partial class PlayerGrain(IOptions<SessionOptions> options, ILogger<PlayerGrain> logger) : Grain, IPlayerGrain, IMovable
{
    private const string SessionsKey = "gamecluster.player.sessions";

    private const string KickReason = "logged in elsewhere";

    private readonly List<SessionId> _sessions = new(capacity: 1);

    bool IMovable.CanMove => _sessions.Count > 0;

    public void OnDehydrate(IDehydrationContext dehydrationContext) => dehydrationContext.TryAddValue(SessionsKey, _sessions.ToArray());

    public void OnRehydrate(IRehydrationContext rehydrationContext)
    {
        if (rehydrationContext.TryGetValue<SessionId[]>(SessionsKey, out var sessions))
        {
            _sessions.AddRange(sessions);
        }
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_sessions.Count > 0)
        {
            // It has come from another silo.
            DelayDeactivation(Timeout.InfiniteTimeSpan);
        }

        return Task.CompletedTask;
    }

    public async ValueTask<bool> EnterAsync(SessionId session, bool judged)
    {
        var earlier = _sessions.Where(known => known != session).ToArray();
        if (judged && earlier.Length > 0)
        {
            switch (options.Value.SecondLogin)
            {
                case SecondLogin.Refuse when await AnyIsThereAsync(earlier):
                    return false;
                case SecondLogin.KickOld:
                    await Task.WhenAll(earlier.Select(KickAsync));
                    _sessions.Clear();
                    break;
            }
        }

        if (!_sessions.Contains(session))
        {
            _sessions.Add(session);
        }

        // It is in memory only, and the sessions would have to tell it again.
        DelayDeactivation(Timeout.InfiniteTimeSpan);
        return true;
    }

    public ValueTask LeaveAsync(SessionId session)
    {
        _sessions.Remove(session);
        if (_sessions.Count == 0)
        {
            DeactivateOnIdle();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<SessionId[]> GetSessionsAsync()
    {
        if (_sessions.Count == 0)
        {
            DeactivateOnIdle();
        }

        return ValueTask.FromResult(_sessions.ToArray());
    }

    /// <summary>Whether one of these sessions has not ended. Those that have, without a word as their process has died, are the player's no more.</summary>
    private async Task<bool> AnyIsThereAsync(SessionId[] sessions)
    {
        foreach (var session in sessions)
        {
            if (await IsThereAsync(session))
            {
                return true;
            }

            _sessions.Remove(session);
        }

        return false;
    }

    private async Task<bool> IsThereAsync(SessionId session)
    {
        try
        {
            return await GrainFactory.GetGrain<ISessionGrain>(session.Value).IsThereAsync();
        }
        catch (Exception exception)
        {
            LogNotAsked(logger, session, exception.Message);
            return true;
        }
    }

    private async Task KickAsync(SessionId session)
    {
        try
        {
            await GrainFactory.GetGrain<ISessionGrain>(session.Value).KickAsync(KickReason);
        }
        catch (Exception exception)
        {
            LogNotKicked(logger, session, exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether session {Session} has ended cannot be told, a second login is refused: {Reason}")]
    private static partial void LogNotAsked(ILogger logger, SessionId session, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {Session} could not be kicked for a second login: {Reason}")]
    private static partial void LogNotKicked(ILogger logger, SessionId session, string reason);
}
