namespace GameCluster.Services;

/// <summary>The lanes of the gateway in this process, for grains in this process: what they have for it needs no message.</summary>
public interface ILocalLanes
{
    /// <summary>A call has ended. Called in the grain's turn: only what is quick and starts no other call may happen there.</summary>
    void CompleteInTurn(LaneCompletion completion);
}
