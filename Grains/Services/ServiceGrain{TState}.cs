using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace GameCluster.Services;

/// <summary>
/// A service with a memory that outlives its silo's stop: what is in <see cref="State"/> goes along to another silo, what is in fields does not. It is memory all the same: a silo that is killed
/// takes it away, as does the time after which Orleans ends an idle grain. <typeparamref name="TState"/> is written as JSON: public properties that can be read and set, and public fields.
/// </summary>
/// <typeparam name="TState">What the grain remembers.</typeparam>
public abstract partial class ServiceGrain<TState> : ServiceGrain
    where TState : class, new()
{
    private const string StateKey = "gamecluster.state";

    /// <summary>With a random seed.</summary>
    protected ServiceGrain()
    {
    }

    /// <summary>With a seed of one's own, so that the grain's chance gives known numbers.</summary>
    protected ServiceGrain(int randomSeed)
        : base(randomSeed)
    {
    }

    /// <summary>What the grain remembers. New when the grain begins; there in <see cref="Grain.OnActivateAsync"/> already when it has come from another silo.</summary>
    protected TState State { get; set; } = new();

    /// <inheritdoc />
    public override void OnDehydrate(IDehydrationContext dehydrationContext)
    {
        base.OnDehydrate(dehydrationContext);
        try
        {
            dehydrationContext.AddBytes(StateKey, JsonSerializer.SerializeToUtf8Bytes(State, StateJson.Options));
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException or InvalidOperationException)
        {
            LogNotWritten(Host.Logger, failure, ServiceName, this.GetPrimaryKeyString());
        }
    }

    /// <inheritdoc />
    public override void OnRehydrate(IRehydrationContext rehydrationContext)
    {
        base.OnRehydrate(rehydrationContext);
        if (!rehydrationContext.TryGetBytes(StateKey, out var written))
        {
            return;
        }

        try
        {
            var reader = new Utf8JsonReader(written);
            State = JsonSerializer.Deserialize<TState>(ref reader, StateJson.Options) ?? new TState();
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException or InvalidOperationException)
        {
            LogNotRead(Host.Logger, failure, ServiceName, this.GetPrimaryKeyString());
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The state of grain {Key} of {Service} cannot be written as JSON: it moves without")]
    private static partial void LogNotWritten(ILogger logger, Exception exception, string service, string key);

    [LoggerMessage(Level = LogLevel.Error, Message = "The state that grain {Key} of {Service} has brought along cannot be read: it begins anew")]
    private static partial void LogNotRead(ILogger logger, Exception exception, string service, string key);
}
