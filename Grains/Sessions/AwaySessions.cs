using GameCluster.Push;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;

namespace GameCluster.Sessions;

/// <summary>Keeps images of sessions whose client is away, and finds what is left of a session whose grain has nothing in memory. Does neither in a process on its own, whose sessions end with it.</summary>
internal sealed partial class AwaySessions(Serializer<SessionImage> serializer, AllGateways gateways, ILogger<AwaySessions> logger, ISessionStore? store = null)
{
    public void Keep(SessionId session, SessionImage image) =>
        store?.Keep(new StoredSession(session, image.Epoch, image.Turn, image.Left, serializer.SerializeToArray(image)));

    public void Forget(SessionId session, long epoch, long turn) => store?.Forget(session, epoch, turn);

    /// <summary>What is stored, taken over; null also if the database does not answer.</summary>
    public async Task<StoredSession?> TakeAsync(SessionId session)
    {
        try
        {
            return store is null ? null : await store.TakeAsync(session);
        }
        catch (Exception exception)
        {
            LogNotLooked(logger, session, exception.Message);
            return null;
        }
    }

    /// <summary>What a gateway that carries the session knows of it, or one that could not tell yet that its client is gone.</summary>
    public Task<SessionAttachment?> FindCarriedAsync(SessionId session) => store is null ? Task.FromResult<SessionAttachment?>(null) : gateways.FindAsync(session);

    /// <summary>Null if this release cannot read it.</summary>
    public SessionImage? Read(StoredSession stored)
    {
        try
        {
            return serializer.Deserialize(stored.Image)! with { Turn = stored.Turn, Left = stored.Left };
        }
        catch (Exception exception)
        {
            LogNotRead(logger, stored.Id, exception.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether session {Session} is stored cannot be told, it counts as unknown: {Reason}")]
    private static partial void LogNotLooked(ILogger logger, SessionId session, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "What is stored of session {Session} cannot be read, it is lost: {Reason}")]
    private static partial void LogNotRead(ILogger logger, SessionId session, string reason);
}
