using GameCluster.Sessions;

namespace GameCluster.Services;

/// <summary>The answers that a grain takes along to another silo: one session's. Durations instead of times, as clocks of silos differ.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.SessionAnswersImage")]
internal readonly record struct SessionAnswersImage(
    [property: Id(0)] SessionId Session, [property: Id(1)] TimeSpan Silence, [property: Id(2)] uint Floor, [property: Id(3)] StoredAnswerImage[] Answers);

/// <summary>See <see cref="StoredAnswer"/>.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.StoredAnswerImage")]
internal readonly record struct StoredAnswerImage([property: Id(0)] uint Number, [property: Id(1)] OutboundFrame[] Frames, [property: Id(2)] SessionEffects? Effects);
