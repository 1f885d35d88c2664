namespace GameCluster.Rooms;

/// <summary>A part of what a durable room has been told, from the journal.</summary>
/// <param name="Id">Tells rooms apart that had the same key one after another.</param>
/// <param name="IsOpen">Whether the room is open.</param>
/// <param name="FirstVersion">The oldest input that is kept: 1 if the recording is whole.</param>
/// <param name="LastVersion">The newest.</param>
/// <param name="Inputs">Those of this part.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.RoomRecordingPage")]
public sealed record RoomRecordingPage(
    [property: Id(0)] long Id, [property: Id(1)] bool IsOpen, [property: Id(2)] long FirstVersion, [property: Id(3)] long LastVersion, [property: Id(4)] RecordedInput[] Inputs);

/// <summary>One input of a room.</summary>
/// <param name="Version">Its place among the room's inputs, from 1.</param>
/// <param name="Json">What happened, as JSON.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.RecordedInput")]
public readonly record struct RecordedInput([property: Id(0)] long Version, [property: Id(1)] byte[] Json);
