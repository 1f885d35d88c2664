using GameCluster.Services;

namespace GameCluster.Tests.TestServices;

/// <summary>One grain per player, whichever session the player comes with.</summary>
[Service("tests.player", Key = ServiceKey.Player)]
internal sealed class PlayerService : ServiceGrain
{
    private int _visits;

    [Handles(MessageIds.Visit)]
    public VisitReply Visit(MessageContext context) => new(context.Player!, ++_visits);

    [Handles(WellKnownMessages.Offline)]
    public void End(MessageContext context) => Ledger.Note(context.Session, "tests.player");
}
