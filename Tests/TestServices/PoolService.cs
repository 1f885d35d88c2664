using GameCluster.Services;

namespace GameCluster.Tests.TestServices;

/// <summary>Any grain will do.</summary>
[Service("tests.pool", Key = ServiceKey.Stateless)]
internal sealed class PoolService : ServiceGrain
{
    [Handles(MessageIds.Pool)]
    public TextMessage Name() => new(this.GetPrimaryKeyString());

    [HandlesHttp("POST", "/tests/open", AllowAnonymous = true)]
    public TextMessage Answer(TextMessage request) => new($"open: {request.Text}");

    [Handles(WellKnownMessages.Offline)]
    public void End(MessageContext context) => Ledger.Note(context.Session, "tests.pool");
}
