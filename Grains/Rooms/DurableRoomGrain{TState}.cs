using GameCluster.Services;

namespace GameCluster.Rooms;

/// <summary>
/// A room that outlives the death of its silo. Whatever happens to it is written to the journal before it is done: what a client has been answered, and what members have been told, is never undone.
/// When the silo dies, the room goes on elsewhere with the same state, members, streams and answers, by doing again what has happened since its last snapshot.
/// <para>
/// So its handlers, hooks, steps and timers must depend on nothing but <see cref="RoomGrain{TState}.State"/>, the members, their input, <see cref="RoomGrain.Now"/> and <see cref="ServiceGrain.Random"/>: no
/// clock, no other random source, no other grain's or database's answer. Ask for those in a lobby, and send the room what came of it. What the room does to others, it does unless
/// <see cref="IsReplaying"/>; that may be lost with the silo.
/// </para>
/// </summary>
/// <typeparam name="TState">What the game knows. Written as JSON: public properties that can be read and set, and public fields.</typeparam>
[KeepsAnswers]
public abstract class DurableRoomGrain<TState> : RoomGrain<TState>
    where TState : class, new()
{
    /// <summary>With a random seed.</summary>
    protected DurableRoomGrain()
    {
    }

    /// <summary>With a seed of one's own, so that the room's chance gives known numbers.</summary>
    protected DurableRoomGrain(int randomSeed)
        : base(randomSeed)
    {
    }

    /// <summary>Whether what is being done was done before, on a silo that is gone: then others have been told of it already.</summary>
    protected bool IsReplaying => Replays;

    private protected sealed override bool IsDurable => true;
}
