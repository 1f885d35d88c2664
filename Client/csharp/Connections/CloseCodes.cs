namespace GameCluster.Client.Connections;

/// <summary>The close codes that a client acts on (P0-40, P1-42).</summary>
internal static class CloseCodes
{
    public const int Normal = 1000;
    public const int GoingAway = 1001;
    public const int Abnormal = 1006;
    public const int Kicked = 4000;
    public const int TakenOver = 4001;

    /// <summary>The client gives the connection up and means to resume.</summary>
    public const int GivenUp = 4002;

    /// <summary>The session is over.</summary>
    public static bool IsFinal(int code) => code is Kicked or TakenOver;

    /// <summary>What the client has sent is to blame: no use in sending it for ever.</summary>
    public static bool IsBlaming(int code) => code is 1002 or 1007 or 1008 or 1009;
}
