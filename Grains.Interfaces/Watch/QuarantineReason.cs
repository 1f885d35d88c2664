namespace GameCluster.Watch;

/// <summary>Why a grain is in quarantine.</summary>
public enum QuarantineReason : byte
{
    /// <summary>A handler, step or hook of it holds a thread and does not end: it loops, or blocks.</summary>
    Running,

    /// <summary>A handler of it waits for something that does not come.</summary>
    Waiting,

    /// <summary>Processes died again and again while it handled the same message.</summary>
    ProcessDied,

    /// <summary>A durable room: one silo after another began to do its inputs again and never ended. It does not end by itself.</summary>
    NotOpened,

    /// <summary>Memory was short in its process, and it had allocated most of what was allocated lately.</summary>
    Allocating,
}
