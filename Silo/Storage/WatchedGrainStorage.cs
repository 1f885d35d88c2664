using GameCluster.Gateway.Storage;
using Orleans.Storage;

namespace GameCluster.Silo.Storage;

/// <summary>
/// Grain storage in PostgreSQL that does not ask a server which is known not to answer: a statement that a frozen server holds costs a thread of the pool for seconds, and its grain's callers as long.
/// </summary>
internal sealed class WatchedGrainStorage(IGrainStorage storage, DatabaseWatch database) : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
        AskAsync(() => storage.ReadStateAsync(stateName, grainId, grainState, cancellationToken));

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
        AskAsync(() => storage.WriteStateAsync(stateName, grainId, grainState, cancellationToken));

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
        AskAsync(() => storage.ClearStateAsync(stateName, grainId, grainState, cancellationToken));

    public void Participate(ISiloLifecycle lifecycle) => (storage as ILifecycleParticipant<ISiloLifecycle>)?.Participate(lifecycle);

    // The interface's old form.
    Task IGrainStorage.ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    Task IGrainStorage.WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    Task IGrainStorage.ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    private Task AskAsync(Func<Task> ask) => database.Failure is { } failure
        ? Task.FromException(new TimeoutException($"PostgreSQL has not answered for {database.Away.TotalSeconds:0.0} s, so it was not asked: {failure}"))
        : ask();
}
