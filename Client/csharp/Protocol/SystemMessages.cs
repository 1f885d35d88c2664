namespace GameCluster.Client.Protocol;

internal sealed record Hello(int[] Versions, string Client, Resume? Resume);

/// <param name="Token">What the last welcome has given.</param>
/// <param name="Streams">The last number received of each stream.</param>
/// <param name="Settled">Every request below it was answered, or is not waited for any more.</param>
/// <param name="Attempt">Rises with each attempt, so that one that was given up cannot take the session from a later one.</param>
internal sealed record Resume(string Token, IReadOnlyDictionary<ushort, uint> Streams, uint Settled, uint Attempt);

internal sealed record Welcome(
    int Version, string? Session, string? Token, bool Resumed, string? Reason, StreamInfo[]? Streams, int Idle, Limits? Limits, AckRule? Ack);

/// <param name="Retry">Milliseconds before the server is to be asked again.</param>
internal sealed record Busy(int Retry);

internal sealed record StreamInfo(ushort Stream, string? Service, string? Room);

internal sealed record Limits(int Frame, int Pending);

/// <param name="Messages">Numbered pushes and answers after which an acknowledgement is due.</param>
/// <param name="Time">Milliseconds after which it is due.</param>
internal sealed record AckRule(int Messages, int Time);

/// <param name="Streams">The last number received of each stream.</param>
/// <param name="Settled">Every request below it was answered, or is not waited for any more.</param>
internal sealed record Ack(IReadOnlyDictionary<ushort, uint> Streams, uint Settled);

internal sealed record Error(int Code, string? Desc);
