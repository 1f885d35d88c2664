namespace GameCluster.LoadTest.Swarm;

/// <summary>All that the swarm knows of a game with rooms.</summary>
internal interface ISwarmGame
{
    /// <summary>The rooms' service, as streams name it.</summary>
    string Service { get; }

    BotRequest Create();

    /// <summary>The key of the room that was opened.</summary>
    string ReadCreated(ReadOnlySpan<byte> body);

    BotRequest Join(string room);

    BotRequest Leave();

    /// <summary>A request whose content is this publish, to be recognised in the pushes.</summary>
    BotRequest Publish(PublishMark mark);

    /// <summary>A request whose answer tells how many publishes the room has done.</summary>
    BotRequest Count(string room);

    /// <summary>What the answer to a publish or a count tells of the room.</summary>
    RoomFacts ReadAnswer(BotRequest request, ReadOnlySpan<byte> body);

    /// <summary>Reads a push.</summary>
    /// <returns>False if it is not that of a publish.</returns>
    bool TryReadPublish(int messageId, ReadOnlySpan<byte> body, out PublishMark mark, out RoomFacts facts);
}
