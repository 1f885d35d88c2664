namespace GameCluster.Tests.Histories;

/// <summary>What can happen in the model.</summary>
internal enum ModelStepKind
{
    Publish,
    PublishRefused,
    PublishUnknown,
    Deliver,
    Live,
    Count,
    Cut,
    Resume,
    Resync,
    Lose,
    Leave,
    Join,
    Failover,
}
