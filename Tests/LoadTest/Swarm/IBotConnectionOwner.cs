namespace GameCluster.LoadTest.Swarm;

/// <summary>Who is told what happens on a connection, under its own lock.</summary>
internal interface IBotConnectionOwner
{
    /// <summary>The frame is valid only during the call.</summary>
    void OnFrame(BotConnection connection, SessionFrame frame);

    void OnEnded(BotConnection connection);
}
