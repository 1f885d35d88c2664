namespace GameCluster.Client.Protocol;

/// <summary>The ids of the protocol's own messages (P1-24).</summary>
internal static class SystemId
{
    public const int Hello = -1;
    public const int Welcome = -2;
    public const int Ack = -3;
    public const int Resync = -4;
    public const int GoAway = -5;
    public const int Kick = -6;
    public const int Ping = -7;
    public const int Pong = -8;
    public const int Stream = -9;
    public const int Busy = -10;
}
