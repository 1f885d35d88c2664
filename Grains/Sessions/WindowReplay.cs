using GameCluster.Push;

namespace GameCluster.Sessions;

/// <summary>How a client's stream goes on from the last number it has.</summary>
/// <param name="Number">The number after which it goes on.</param>
/// <param name="Lost">Null if nothing is missing; else why.</param>
/// <param name="Pushes">What follows, in order, with numbers; those with number 0 come last.</param>
internal readonly record struct WindowReplay(uint Number, string? Lost, IReadOnlyList<(uint Number, SessionPush Push)> Pushes);
