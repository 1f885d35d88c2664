namespace GameCluster.Games.Board;

/// <summary>The ids of the board's messages.</summary>
internal static class BoardMessages
{
    /// <summary>What is added to an id for boards that are durable.</summary>
    public const int Durable = 100;

    public const int Create = 30010;
    public const int List = 30011;
    public const int Join = 30012;

    public const int Leave = 30020;
    public const int Draw = 30021;
    public const int MoveCursor = 30022;

    public const int Drawn = 30030;
    public const int CursorMoved = 30031;
    public const int Joined = 30032;
    public const int Left = 30033;
    public const int Away = 30034;
    public const int Back = 30035;
}
