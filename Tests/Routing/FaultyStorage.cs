using Orleans.Storage;

namespace GameCluster.Tests.Routing;

/// <summary>A grain storage that can be made to fail, before or after it has done its work, as a database that goes away does.</summary>
internal sealed class FaultyStorage(IGrainStorage storage) : IGrainStorage
{
    private int _writes;

    public bool FailReads { get; set; }

    public bool FailBeforeWrites { get; set; }

    public bool FailAfterWrites { get; set; }

    /// <summary>When set, writes wait for it.</summary>
    public TaskCompletionSource? WriteGate { get; set; }

    public int Writes => _writes;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        FailReads ? throw Gone() : storage.ReadStateAsync(stateName, grainId, grainState);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Interlocked.Increment(ref _writes);
        if (FailBeforeWrites)
        {
            throw Gone();
        }

        await (WriteGate?.Task ?? Task.CompletedTask);
        await storage.WriteStateAsync(stateName, grainId, grainState);
        if (FailAfterWrites)
        {
            throw Gone();
        }
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => storage.ClearStateAsync(stateName, grainId, grainState);

    private static IOException Gone() => new("the database is gone");
}
