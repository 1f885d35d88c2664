using GameCluster.Games.Csmj.Rules;
using GameCluster.Services;

namespace GameCluster.Games.Csmj;

/// <summary>A second game beside the demo: a dice duel, one table per session.</summary>
[Service("csmj")]
[Pushes(JackpotNotice)]
internal sealed class CsmjService : ServiceGrain
{
    private const int JackpotNotice = 30001;

    private readonly DiceDuel _duel;

    public CsmjService() => _duel = new DiceDuel(Random);

    [Handles(30000)]
    public RollReply Roll(MessageContext context)
    {
        var round = _duel.Roll();
        if (round.IsJackpot)
        {
            context.Push(JackpotNotice, new JackpotMessage(DiceDuel.Jackpot, _duel.Total));
        }

        return new RollReply(ErrorCodes.Ok, round.Player, round.House, round.Won, _duel.Total);
    }

    [HandlesHttp("GET", "/csmj/score")]
    public ScoreReply GetScore() => new(_duel.Rounds, _duel.Total);
}
