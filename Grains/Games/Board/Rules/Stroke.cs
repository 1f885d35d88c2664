namespace GameCluster.Games.Board.Rules;

/// <summary>A line on the board.</summary>
/// <param name="Id">Its number, from 1 in the order of drawing.</param>
/// <param name="Member">Who drew it.</param>
/// <param name="Color">Red, green and blue, 8 bits each.</param>
/// <param name="Points">x and y in turn, each from 0 to 4095.</param>
internal sealed record Stroke(int Id, int Member, int Color, int[] Points);
