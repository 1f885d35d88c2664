namespace GameCluster.Rooms.Journal;

/// <summary>A part of what a room has been told. <paramref name="FirstVersion"/> is the oldest entry kept: 1 if the recording is whole.</summary>
public sealed record JournalRecording(long Id, RoomName Room, bool IsOpen, long FirstVersion, long LastVersion, IReadOnlyList<JournalEntry> Entries);
