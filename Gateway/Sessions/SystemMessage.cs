namespace GameCluster.Gateway.Sessions;

/// <summary>The ids of version 1's system messages.</summary>
internal static class SystemMessage
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
