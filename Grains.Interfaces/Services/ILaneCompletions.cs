namespace GameCluster.Services;

/// <summary>Where the ends of lanes' calls go.</summary>
public interface ILaneCompletions
{
    /// <summary>Sends the end of a call to the gateway that made it. Never blocks, never throws.</summary>
    void Complete(SiloAddress gateway, LaneCompletion completion);
}
