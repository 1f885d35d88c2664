namespace GameCluster.Services;

/// <summary>Why a call has no reply.</summary>
public enum DeliveryFailure : byte
{
    /// <summary>It has one.</summary>
    None,

    /// <summary>The call was not delivered: it may be sent again.</summary>
    NotDelivered,

    /// <summary>The call may or may not have been handled: only an idempotent message may be sent again.</summary>
    Unknown,
}
