namespace GameCluster.Client.Sessions;

/// <summary>Who is told what happens to a session. Called in the order in which it happened, while the session's state is locked: it must not wait.</summary>
internal interface ISessionListener
{
    void Opened(SessionOpened opened);

    void Lost(SessionLost lost);

    void Reconnecting(ConnectionLost lost);

    void Closed(ClientClosed closed);

    void Resynced(StreamResync resync);

    void StreamChanged(StreamChange change);

    void GoingAway(GoingAway goingAway);

    void Kicked(Kicked kicked);

    void Refused(GameException error);

    void Pushed(PushMessage message);

    /// <summary>Completes when more may be told.</summary>
    Task RoomAsync();
}
