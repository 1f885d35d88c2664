using GameCluster.Services;

namespace GameCluster.Push;

/// <summary>The answer to a request, to be given again if the request comes again.</summary>
/// <param name="Request">The request's number.</param>
/// <param name="Kind">Reply or error.</param>
/// <param name="MessageId">The message's id.</param>
/// <param name="Body">The answer's body.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.SessionAnswer")]
public sealed record SessionAnswer(
    [property: Id(0)] uint Request,
    [property: Id(1)] FrameKind Kind,
    [property: Id(2)] int MessageId,
    [property: Id(3)] byte[] Body);
