using GameCluster.Sessions;
using Microsoft.Extensions.Logging;

namespace GameCluster.Games.Demo;

internal static partial class DemoLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Session {Session} has left service {Service}")]
    public static partial void SessionEnded(ILogger logger, SessionId session, string service);
}
