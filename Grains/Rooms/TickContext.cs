namespace GameCluster.Rooms;

/// <summary>One step of a room's simulation.</summary>
/// <param name="Number">The step's number, from 1, without gaps: steps that there was no time for have none.</param>
/// <param name="Step">How much time a step stands for: always the same.</param>
public readonly record struct TickContext(long Number, TimeSpan Step)
{
    /// <summary>The simulation's own time at the end of the step.</summary>
    public TimeSpan Time => Number * Step;
}
