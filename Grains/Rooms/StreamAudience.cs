using GameCluster.Sessions;

namespace GameCluster.Rooms;

/// <summary>Whom of a stream's subscribers a message is for.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.StreamAudience")]
internal readonly record struct StreamAudience([property: Id(0)] StreamAudience.Kind Of, [property: Id(1)] SessionId Session)
{
    public enum Kind : byte
    {
        Everyone,
        Players,
        Spectators,
        Only,
        Except,
    }

    public static StreamAudience Everyone => default;

    public static StreamAudience Players => new(Kind.Players, default);

    public static StreamAudience Spectators => new(Kind.Spectators, default);

    public static StreamAudience Only(SessionId session) => new(Kind.Only, session);

    public static StreamAudience Except(SessionId session) => new(Kind.Except, session);

    public bool Includes(StreamSubscriber subscriber) => Of switch
    {
        Kind.Everyone => true,
        Kind.Players => !subscriber.IsSpectator,
        Kind.Spectators => subscriber.IsSpectator,
        Kind.Only => subscriber.Session == Session,
        _ => subscriber.Session != Session,
    };
}
