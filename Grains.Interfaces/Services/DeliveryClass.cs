namespace GameCluster.Services;

/// <summary>What may become of a push when its client reads slowly or is away for a moment.</summary>
public enum DeliveryClass : byte
{
    /// <summary>It arrives, in order and once: numbered, kept for a client that is away, never dropped.</summary>
    Reliable,

    /// <summary>Only the newest one of a key matters: it replaces an older one that still waits, and the newest is sent again after a break.</summary>
    Latest,

    /// <summary>It may be lost: the first to go when a client reads slowly, and not kept for one that is away.</summary>
    Droppable,
}
