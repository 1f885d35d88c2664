using GameCluster.Gateway.Protocol;
using GameCluster.Gateway.Sessions;
using GameCluster.Push;
using GameCluster.Services;

namespace GameCluster.Gateway.Connections;

/// <summary>Answers a client that asks for version 1: with a new session, or with the one it had.</summary>
internal sealed class Handshake(Connection connection, SessionContext context)
{
    private const int BadHello = ErrorCodes.BadRequest;
    private const int NoCommonVersion = 426;

    /// <summary>
    /// Answers hello on a connection whose session is <paramref name="fresh"/>. Returns the session that the connection has from now on, or null if it stays
    /// as it is.
    /// </summary>
    public async Task<Session?> AnswerAsync(Frame frame, Session fresh)
    {
        if (frame.Body.Length < SessionFrame.ExtraSize || !Hello.TryRead(frame.Body.AsMemory(SessionFrame.ExtraSize), out var hello))
        {
            return Refuse(BadHello, "hello is not as the protocol says");
        }

        if (Array.IndexOf(hello.Versions, SessionFrame.Version) < 0)
        {
            return Refuse(NoCommonVersion, $"this server speaks the versions 0 and {SessionFrame.Version}");
        }

        if (!await context.Admission.EnterAsync(hello.Token is not null).ConfigureAwait(false))
        {
            return Busy("too many clients at once");
        }

        try
        {
            // Who has gone while waiting may be back on another connection, from which nothing is to be taken.
            return connection.IsGone ? null : await AnswerAsync(hello, fresh).ConfigureAwait(false);
        }
        finally
        {
            context.Admission.Leave();
        }
    }

    private async Task<Session?> AnswerAsync(Hello hello, Session fresh)
    {
        var (session, refused) = hello.Token is null ? (null, null) : await ResumeAsync(hello, fresh).ConfigureAwait(false);
        if (session is not null || connection.ClosedWith is not null)
        {
            return session;
        }

        var token = ResumeToken.Create(fresh.Id);
        connection.UseSessionFrames();
        if (await fresh.BeginAsync(token).ConfigureAwait(false) != true)
        {
            return Busy("no session can be begun for now");
        }

        Welcome(fresh, token, resumed: false, refused);
        return fresh;
    }

    private async Task<(Session? Session, string? Refused)> ResumeAsync(Hello hello, Session fresh)
    {
        if (!ResumeToken.TryParse(hello.Token, out var shown))
        {
            return (null, "unknown");
        }

        var (id, token) = (shown.Value.Session, ResumeToken.Create(shown.Value.Session));
        switch (await context.Directory.ResumeAsync(id, shown.Value.Hash, token.Hash, hello.Attempt).ConfigureAwait(false))
        {
            case { Status: SessionResumeStatus.Resumed } resumption:
                return (Replace(fresh, hello, resumption, token), null);
            case { Status: SessionResumeStatus.Overtaken }:
                connection.Close(CloseCode.TakenOver, "a later attempt of this client has the session");
                return (null, null);
            case { Status: var status }:
                return (null, status.ToString().ToLowerInvariant());
            default:
                return (Busy("the session cannot be resumed for now"), null);
        }
    }

    private Session Replace(Session fresh, Hello hello, SessionResumption resumption, ResumeToken token)
    {
        fresh.End();
        connection.UseSessionFrames();
        var session = new Session(token.Session, connection, context);
        session.GoOn(resumption, token, hello);
        var outdated = context.Sessions.Add(session);
        outdated?.OnTakenOver();
        if (outdated != session)
        {
            Welcome(session, token, resumed: true, refused: null);
            session.OnWelcomed();
        }

        return session;
    }

    private void Welcome(Session session, ResumeToken token, bool resumed, string? refused) => session.SendSystem(
        SystemMessage.Welcome,
        welcome => SystemBody.Welcome(
            session.Id.ToString(), welcome.Text, resumed, refused, session.Streams, context.Options.Value, context.Windows.Value),
        token);

    /// <summary>The client is to come back later, and told when.</summary>
    private Session? Busy(string reason)
    {
        connection.UseSessionFrames();
        connection.Send(SystemMessage.Busy, SystemBody.Busy(context.Admission.Hint, reason));
        connection.Close(CloseCode.TryAgainLater, reason);
        return null;
    }

    private Session? Refuse(int code, string text)
    {
        connection.Send(SystemMessage.Hello, ErrorBody.Create(code, text));
        return null;
    }
}
