using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Tests.TestServices;

/// <summary>One grain for everybody. It tells over HTTP who was told of a session's end.</summary>
[Service("tests.fixed", Key = ServiceKey.Fixed, FixedKey = "one")]
internal sealed class FixedService : ServiceGrain
{
    private readonly string _incarnation = Guid.NewGuid().ToString("N");
    private int _count;

    [Handles(MessageIds.Fixed)]
    public CountReply Count() => new(++_count);

    /// <summary>Which of the grain's lives answers.</summary>
    [Handles(MessageIds.Incarnation)]
    public TextMessage Incarnation() => new(_incarnation);

    [HandlesHttp("GET", "/tests/notices")]
    public Response<Notices> GetNotices(HttpCall call) =>
        SessionId.TryParse(call.Query.GetValueOrDefault("session") ?? "", out var session)
            ? new Notices(Ledger.Of(session))
            : Response.Error(ErrorCodes.BadRequest, "Name a session.");

    [Handles(WellKnownMessages.Offline)]
    public void End(MessageContext context) => Ledger.Note(context.Session, "tests.fixed");
}
