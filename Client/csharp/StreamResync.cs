using System.Text.Json;

namespace GameCluster.Client;

/// <summary>Pushes of a stream are missing for good: take the snapshot, or ask for the present state.</summary>
/// <param name="Stream">The stream; 0 is the session's own.</param>
/// <param name="Number">The last number that will not come; the next push has the one above.</param>
/// <param name="Reason"><c>window</c>, <c>budget</c>, <c>restarted</c>, <c>slow</c>, or what a later server says.</param>
/// <param name="Service">The room's service; null for the session's own stream.</param>
/// <param name="Room">The room; null for the session's own stream.</param>
/// <param name="Snapshot">What the room says its state is; null where it says nothing.</param>
public sealed record StreamResync(ushort Stream, uint Number, string? Reason, string? Service, string? Room, JsonElement? Snapshot);
