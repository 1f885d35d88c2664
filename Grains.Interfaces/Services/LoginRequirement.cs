namespace GameCluster.Services;

/// <summary>Whether a message needs a logged-in player.</summary>
public enum LoginRequirement
{
    /// <summary>As the service says.</summary>
    AsService,

    /// <summary>No login needed.</summary>
    NotRequired,

    /// <summary>Refused before login.</summary>
    Required,
}
