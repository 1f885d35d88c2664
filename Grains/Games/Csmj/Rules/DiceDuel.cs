namespace GameCluster.Games.Csmj.Rules;

/// <summary>Two dice against the house's two: a higher sum wins the difference, a lower one loses it. A double six is a jackpot.</summary>
internal sealed class DiceDuel(Random random, DuelScore score)
{
    /// <summary>What a jackpot adds to the total.</summary>
    public const int Jackpot = 100;

    /// <summary>Plays a round.</summary>
    public DuelRound Roll()
    {
        int[] player = [Die(), Die()];
        int[] house = [Die(), Die()];
        var isJackpot = player is [6, 6];
        var won = player.Sum() - house.Sum() + (isJackpot ? Jackpot : 0);
        score.Total += won;
        score.Rounds++;
        return new DuelRound(player, house, won, isJackpot);
    }

    private int Die() => random.Next(1, 7);
}
