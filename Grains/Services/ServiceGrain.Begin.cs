using GameCluster.Watch;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GameCluster.Services;

public abstract partial class ServiceGrain
{
    /// <summary>A grain that could not begin is not tried again before this: a client that asks again and again costs answers, not beginnings.</summary>
    private static readonly TimeSpan BeginPause = TimeSpan.FromSeconds(5);

    private bool _hasFailedToBegin;

    /// <summary>Whether the service's own <see cref="Grain.OnActivateAsync"/> is watched as a handler is.</summary>
    private protected virtual bool IsBeginWatched => true;

    /// <summary>Orleans calls this one. Its own answer to an exception is to hold all messages back for five seconds.</summary>
    Task IGrainBase.OnActivateAsync(CancellationToken cancellationToken) => IsBeginWatched ? BeginAsync(cancellationToken) : OnActivateAsync(cancellationToken);

    Task IGrainBase.OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _hasFailedToBegin ? Task.CompletedTask : OnDeactivateAsync(reason, cancellationToken);

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (ServiceProvider.GetService<ClusterWatch>() is { } watch && watch.TryFind(this.GetGrainId(), out _))
        {
            // What was on its way when the grain was ended would only make it what it was before.
            throw new OrleansException($"Service {ServiceName}, key {this.GetPrimaryKeyString()}, is in quarantine.");
        }

        try
        {
            await WatchAsync(() => new ValueTask(OnActivateAsync(cancellationToken)));
        }
        catch (Exception exception) when (exception is not OrleansException && !cancellationToken.IsCancellationRequested && HasMessagesOnly)
        {
            LogNotBegun(Host.Logger, exception, ServiceName, this.GetPrimaryKeyString());
            _hasFailedToBegin = true;
            this.RegisterGrainTimer(
                static (grain, _) =>
                {
                    grain.DeactivateOnIdle();
                    return Task.CompletedTask;
                },
                this,
                BeginPause,
                Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Whether nobody can reach the grain but by messages and HTTP, which are refused if it could not begin.</summary>
    private bool HasMessagesOnly =>
        GetType().FindInterfaces(static (type, _) => typeof(IAddressable).IsAssignableFrom(type) && !type.IsAssignableFrom(typeof(ServiceGrain)), null).Length == 0;

    [LoggerMessage(Level = LogLevel.Error, Message = "Service {Service}, key {Key}, could not begin: its OnActivateAsync failed. Its messages are answered 500 for some seconds, then it is tried again")]
    private static partial void LogNotBegun(ILogger logger, Exception exception, string service, string key);
}
