namespace GameCluster.Games.Csmj.Rules;

/// <summary>How a duel stands.</summary>
internal sealed class DuelScore
{
    /// <summary>Won so far; below zero if more was lost.</summary>
    public int Total { get; set; }

    /// <summary>How many rounds were played.</summary>
    public int Rounds { get; set; }
}
