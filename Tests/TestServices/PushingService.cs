using GameCluster.Push;
using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Tests.TestServices;

/// <summary>Pushes to whatever session it is told.</summary>
[Service("tests.push")]
[Pushes(MessageIds.Pushed)]
internal sealed class PushingService(IPush push) : ServiceGrain
{
    [Handles(MessageIds.PushTo)]
    public async Task<Response<PushReply>> PushAsync(PushRequest request)
    {
        if (!SessionId.TryParse(request.Session, out var session))
        {
            return Response.Error(ErrorCodes.BadRequest, "That is no session id.");
        }

        var result = await push.ToSessionAsync(session, MessageIds.Pushed, new TextMessage(request.Text));
        return new PushReply(result.ToString());
    }
}
