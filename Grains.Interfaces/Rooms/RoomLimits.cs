namespace GameCluster.Rooms;

/// <summary>The bounds of rooms.</summary>
public static class RoomLimits
{
    /// <summary>The most characters of a room's key.</summary>
    public const int MaxKeyLength = 128;

    /// <summary>The most characters of a room's label.</summary>
    public const int MaxLabelLength = 128;

    /// <summary>The most bytes of a room's options, and of what a joining session brings.</summary>
    public const int MaxOptionsBytes = 4 * 1024;

    /// <summary>The most open rooms of one silo.</summary>
    public const int MaxRoomsPerSilo = 10_000;

    /// <summary>The most rooms in one list.</summary>
    public const int MaxListed = 1_000;
}
