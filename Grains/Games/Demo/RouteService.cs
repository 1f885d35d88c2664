using GameCluster.Services;
using Microsoft.Extensions.Logging;

namespace GameCluster.Games.Demo;

/// <summary>obEspoir's demo route: whoever names himself is logged in by that name.</summary>
[Service("route")]
internal sealed class RouteService(ILogger<RouteService> logger) : ServiceGrain
{
    [Handles(1000)]
    public Response<Reply<LoginData>> LogIn(LoginRequest request, MessageContext context)
    {
        if (request.Name.Length is 0 or > MessageContext.MaxKeyLength)
        {
            return Response.Error(ErrorCodes.BadRequest, $"A name has 1 to {MessageContext.MaxKeyLength} characters.");
        }

        context.LogIn(request.Name);
        return Reply.Of(new LoginData(10, "恭喜，登录接口测试通过~"));
    }

    [Handles(WellKnownMessages.Offline)]
    public void GoOffline(MessageContext context) => DemoLog.SessionEnded(logger, context.Session, "route");
}
