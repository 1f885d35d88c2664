using GameCluster.Sessions;

namespace GameCluster.Silo.Storage.Sessions;

/// <summary>A portion of changes that was given up and may yet be made, after later ones: a session that was deleted meanwhile would be there again.</summary>
internal sealed class LatePortion(IReadOnlyList<AwayChange> changes)
{
    private readonly HashSet<SessionId> _images = [.. changes.Where(static change => change.Image is not null).Select(static change => change.Session)];
    private readonly Dictionary<SessionId, AwayChange> _deleted = [];

    /// <summary>What was deleted since.</summary>
    public IReadOnlyCollection<AwayChange> Deleted => _deleted.Values;

    /// <summary>Later changes have been made.</summary>
    public void OnMade(IReadOnlyList<AwayChange> later)
    {
        foreach (var change in later.Where(change => change.Image is null && _images.Contains(change.Session)))
        {
            _deleted[change.Session] = change;
        }
    }
}
