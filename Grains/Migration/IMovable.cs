namespace GameCluster.Migration;

/// <summary>
/// A grain whose memory goes along to another silo when its own stops: it gives it away in <see cref="IGrainMigrationParticipant.OnDehydrate"/> and takes it up in
/// <see cref="IGrainMigrationParticipant.OnRehydrate"/>, before it is activated. What only ends with the activation, and not with the grain, belongs into its disposal:
/// a grain that moves is deactivated for <see cref="DeactivationReasonCode.Migrating"/> before it gives its memory away.
/// </summary>
internal interface IMovable : IGrainMigrationParticipant
{
    /// <summary>Whether it may move at all. One that may not stays until its silo ends it.</summary>
    bool CanMove { get; }
}
