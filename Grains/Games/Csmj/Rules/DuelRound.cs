namespace GameCluster.Games.Csmj.Rules;

/// <summary>A round's dice and what it brought.</summary>
internal sealed record DuelRound(int[] Player, int[] House, int Won, bool IsJackpot);
