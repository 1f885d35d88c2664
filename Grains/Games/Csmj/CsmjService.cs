using GameCluster.Games.Csmj.Rules;
using GameCluster.Services;

namespace GameCluster.Games.Csmj;

/// <summary>A second game beside the demo: a dice duel, one table per session. The score is its state, and so goes along when its silo stops.</summary>
[Service("csmj")]
[Pushes(JackpotNotice)]
internal sealed class CsmjService : ServiceGrain<DuelScore>
{
    private const int JackpotNotice = 30001;

    private DiceDuel Duel => field ??= new DiceDuel(Random, State);

    [Handles(30000)]
    public RollReply Roll(MessageContext context)
    {
        var round = Duel.Roll();
        if (round.IsJackpot)
        {
            context.Push(JackpotNotice, new JackpotMessage(DiceDuel.Jackpot, State.Total));
        }

        return new RollReply(ErrorCodes.Ok, round.Player, round.House, round.Won, State.Total);
    }

    [HandlesHttp("GET", "/csmj/score")]
    public ScoreReply GetScore() => new(State.Rounds, State.Total);
}
