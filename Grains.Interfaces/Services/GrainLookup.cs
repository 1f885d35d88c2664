namespace GameCluster.Services;

/// <summary>Grains by id, for the paths of every message.</summary>
public static class GrainLookup
{
    /// <summary>
    /// The same as <c>GetGrain&lt;T&gt;(id)</c> without its price: that one reads the interface's attributes and parses its name anew each time, which costs more than the call.
    /// </summary>
    public static T At<T>(this IGrainFactory grains, GrainId id)
        where T : class, IAddressable
    {
        if (Known<T>.Interface is { } known)
        {
            return (T)grains.GetGrain(id, known);
        }

        var grain = grains.GetGrain<T>(id);
        Known<T>.Interface = ((GrainReference)(IAddressable)grain).InterfaceType;
        return grain;
    }

    private static class Known<T>
    {
        private static Box? _box;

        public static GrainInterfaceType? Interface
        {
            get => Volatile.Read(ref _box)?.Value;
            set => Volatile.Write(ref _box, new Box(value!.Value));
        }

        private sealed record Box(GrainInterfaceType Value);
    }
}
