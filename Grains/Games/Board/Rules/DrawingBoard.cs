namespace GameCluster.Games.Board.Rules;

/// <summary>A board that everybody draws on. It holds so much; then the oldest strokes fade.</summary>
internal sealed class DrawingBoard
{
    public const int MaxStrokes = 400;
    public const int MaxNumbers = 4000;
    public const int MaxNumbersOfStroke = 128;
    public const int Size = 4096;

    private const int MaxColor = 0xffffff;

    /// <summary>What is on it, oldest first. Set to restore a board.</summary>
    public Queue<Stroke> Strokes { get; set; } = new();

    /// <summary>The number of the last stroke drawn. Set to restore a board.</summary>
    public int LastId { get; set; }

    /// <summary>How many numbers the strokes have together. Set to restore a board.</summary>
    public int Numbers { get; set; }

    /// <summary>The oldest stroke that has not faded; those before it have.</summary>
    public int First => Strokes.TryPeek(out var first) ? first.Id : LastId + 1;

    /// <summary>What is wrong with a stroke, or null.</summary>
    public static string? FindProblem(int color, int[] points) =>
        color is < 0 or > MaxColor ? "A color has 24 bits."
        : points.Length is 0 or > MaxNumbersOfStroke || points.Length % 2 != 0 ? $"A stroke has 1 to {MaxNumbersOfStroke / 2} points, x and y in turn."
        : Array.TrueForAll(points, IsOnBoard) ? null : $"A point has x and y from 0 to {Size - 1}.";

    public static bool IsOnBoard(int coordinate) => coordinate is >= 0 and < Size;

    /// <summary>Adds a stroke that nothing is wrong with.</summary>
    public Stroke Draw(int member, int color, int[] points)
    {
        var stroke = new Stroke(++LastId, member, color, points);
        Strokes.Enqueue(stroke);
        Numbers += points.Length;
        while (Strokes.Count > MaxStrokes || Numbers > MaxNumbers)
        {
            Numbers -= Strokes.Dequeue().Points.Length;
        }

        return stroke;
    }
}
