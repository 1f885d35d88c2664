using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Rooms;

/// <summary>A whole room: by it the room goes on elsewhere, and nobody notices. A durable room's snapshots are of these, and what a room that moves takes along.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.RoomImage")]
internal sealed record RoomImage
{
    /// <summary>How many inputs the room has had, if they are counted.</summary>
    [Id(0)]
    public long Version { get; init; }

    /// <summary>The stream's epoch at that time.</summary>
    [Id(1)]
    public long Epoch { get; init; }

    [Id(2)]
    public required RoomSetup Setup { get; init; }

    [Id(3)]
    public ulong Seed { get; init; }

    /// <summary>Where the room's chance is.</summary>
    [Id(4)]
    public ulong Chance { get; init; }

    [Id(5)]
    public DateTimeOffset CreatedAt { get; init; }

    [Id(6)]
    public DateTimeOffset EmptySince { get; init; }

    [Id(7)]
    public bool IsLocked { get; init; }

    /// <summary>The game's state, as JSON.</summary>
    [Id(8)]
    public required byte[] State { get; init; }

    [Id(9)]
    public required RoomMembersImage Members { get; init; }

    [Id(10)]
    public required StreamImage Stream { get; init; }

    [Id(11)]
    public required SessionAnswersImage[] Answers { get; init; }

    /// <summary>The length of a step; zero if there are none.</summary>
    [Id(12)]
    public TimeSpan Step { get; init; }

    /// <summary>The number of the last step.</summary>
    [Id(13)]
    public long StepNumber { get; init; }

    [Id(14)]
    public RoomTimerImage[] Timers { get; init; } = [];
}

/// <summary>See <see cref="RoomMembers"/>.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.RoomMembersImage")]
internal sealed record RoomMembersImage([property: Id(0)] int LastNumber, [property: Id(1)] RoomMemberImage[] Members);

/// <summary>See <see cref="RoomMember"/>.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.RoomMemberImage")]
internal readonly record struct RoomMemberImage(
    [property: Id(0)] int Number,
    [property: Id(1)] SessionId Session,
    [property: Id(2)] string? Player,
    [property: Id(3)] bool IsSpectator,
    [property: Id(4)] bool IsAway,
    [property: Id(5)] DateTimeOffset JoinedAt,
    [property: Id(6)] DateTimeOffset? KeptUntil);

/// <summary>See <see cref="RoomTimer"/>.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.RoomTimerImage")]
internal readonly record struct RoomTimerImage([property: Id(0)] string Name, [property: Id(1)] DateTimeOffset DueAt, [property: Id(2)] TimeSpan? Period);
