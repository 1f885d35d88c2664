namespace GameCluster.Rooms;

/// <summary>The memory that all streams of a process may keep for members that miss something. Safe from any thread.</summary>
internal interface IByteBudget
{
    /// <summary>What is taken at the moment.</summary>
    long Taken { get; }

    /// <summary>Takes <paramref name="bytes"/> of it. False, and nothing taken, if it has not as much left.</summary>
    bool TryTake(int bytes);

    /// <summary>Gives back what was taken.</summary>
    void Return(int bytes);
}
