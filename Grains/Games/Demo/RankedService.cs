using GameCluster.Services;
using Microsoft.Extensions.Logging;

namespace GameCluster.Games.Demo;

/// <summary>obEspoir's demo service: heartbeat and the queue for ranked matches.</summary>
[Service("service")]
internal sealed class RankedService(ILogger<RankedService> logger) : ServiceGrain
{
    [Handles(10000, Idempotent = true)]
    public Reply Beat() => new();

    [Handles(20000)]
    public Reply<QueueData> EnterQueue() => Reply.Of(new QueueData("恭喜，进入排位场房间接口测试通过~"));

    [Handles(WellKnownMessages.Offline)]
    public void GoOffline(MessageContext context) => DemoLog.SessionEnded(logger, context.Session, "service");
}
