using GameCluster.Services;

namespace GameCluster.Tests.TestServices;

/// <summary>One grain per session: says who asks, counts and closes.</summary>
[Service("tests.session")]
internal sealed class SessionService : ServiceGrain
{
    private int _count;

    [Handles(MessageIds.WhoAmI)]
    public Identity WhoAmI(MessageContext context) => new(context.Session.ToString(), context.Player, context.Room);

    [Handles(MessageIds.Count)]
    public CountReply Count() => new(++_count);

    [Handles(MessageIds.CloseMe)]
    public TextMessage Close(CloseRequest request, MessageContext context)
    {
        context.Close(request.Reason);
        return new TextMessage("bye");
    }

    [Handles(MessageIds.Internal, Direction = MessageDirection.Internal)]
    public CountReply Internal() => new(-1);

    [Handles(MessageIds.NoReply)]
    public object Nothing() => new();

    [Handles(WellKnownMessages.Offline)]
    public void End(MessageContext context) => Ledger.Note(context.Session, "tests.session");
}
