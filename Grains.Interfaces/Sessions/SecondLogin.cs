namespace GameCluster.Sessions;

/// <summary>What happens when a player logs in whose earlier session still is there.</summary>
public enum SecondLogin
{
    /// <summary>The earlier session is kicked.</summary>
    KickOld,

    /// <summary>The login is refused: its reply is an error frame 409.</summary>
    Refuse,

    /// <summary>Both stay.</summary>
    Allow,
}
