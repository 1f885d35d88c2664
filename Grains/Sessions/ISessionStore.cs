namespace GameCluster.Sessions;

/// <summary>
/// Where sessions are kept whose client is away, so that another silo can go on with them when their own has died meanwhile. One row per session; of two images the one with the higher epoch
/// counts, or with the higher turn in the same epoch. Implemented on the cluster's database; safe from any thread.
/// </summary>
public interface ISessionStore
{
    /// <summary>Stores an image soon, together with others; never waits. If the database is away for long or too much waits, it may be left out.</summary>
    void Keep(StoredSession session);

    /// <summary>Deletes what is stored up to this epoch and turn, soon, together with others; never waits.</summary>
    void Forget(SessionId session, long epoch, long turn);

    /// <summary>
    /// Takes what is stored of a session over: nothing that an earlier owner may still say counts from then on. Null if there is nothing, or the database is known to be away. Throws if it
    /// does not answer in time.
    /// </summary>
    ValueTask<StoredSession?> TakeAsync(SessionId session);

    /// <summary>Finds sessions that nobody looks after: their silo is among those <paramref name="gone"/>, or their time was up a while ago. Each is given to one caller only, which is to wake it.</summary>
    ValueTask<IReadOnlyList<SessionId>> AdoptAsync(IReadOnlyCollection<SiloAddress> gone, int limit);

    /// <summary>Deletes what nobody has wanted for long, a portion of it. Returns how much that was.</summary>
    ValueTask<int> CleanAsync(int limit);
}
