namespace GameCluster.Services;

/// <summary>Message ids with a meaning of their own in obEspoir's protocol.</summary>
public static class WellKnownMessages
{
    /// <summary>Raised to every service a session has used or was bound to, when the session ends. Body: <c>{"message_id":999}</c>.</summary>
    public const int Offline = 999;
}
