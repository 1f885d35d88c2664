using System.Text.Json;
using GameCluster.Services;

namespace GameCluster.Rooms;

/// <summary>
/// A room that outlives its silo's stop: all of it goes along to another one, and its members notice nothing. Keep what the game knows in <see cref="State"/>; what is in fields stays behind. It lives in
/// memory all the same: see <see cref="DurableRoomGrain{TState}"/> for a room that outlives its silo's death.
/// </summary>
/// <typeparam name="TState">What the game knows. Written as JSON: public properties that can be read and set, and public fields.</typeparam>
public abstract class RoomGrain<TState> : RoomGrain, IAsyncDisposable
    where TState : class, new()
{
    private const string ImageKey = "gamecluster.room";

    /// <summary>With a random seed.</summary>
    protected RoomGrain()
    {
    }

    /// <summary>With a seed of one's own, so that the room's chance gives known numbers.</summary>
    protected RoomGrain(int randomSeed)
        : base(randomSeed)
    {
    }

    /// <summary>What the game knows. New when the room is opened.</summary>
    protected TState State { get; set; } = new();

    private protected sealed override bool CanMove => true;

    /// <inheritdoc />
    public sealed override void OnDehydrate(IDehydrationContext dehydrationContext)
    {
        if (TakeLeave() is { } image)
        {
            dehydrationContext.TryAddValue(ImageKey, image);
        }
    }

    /// <inheritdoc />
    public sealed override void OnRehydrate(IRehydrationContext rehydrationContext)
    {
        if (rehydrationContext.TryGetValue<RoomImage>(ImageKey, out var image) && image is not null)
        {
            Bring(image);
        }
    }

    /// <summary>A room that was to move and could not is still there.</summary>
    ValueTask IAsyncDisposable.DisposeAsync()
    {
        EndHere();
        (this as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
        return default;
    }

    private protected sealed override byte[] CaptureState() => JsonSerializer.SerializeToUtf8Bytes(State, StateJson.Options);

    private protected sealed override void RestoreState(byte[] state) => State =
        state.Length == 0 ? new TState() : JsonSerializer.Deserialize<TState>(state, StateJson.Options) ?? new TState();
}
