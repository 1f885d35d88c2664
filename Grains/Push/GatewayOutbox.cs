using GameCluster.Services;
using Microsoft.Extensions.Logging;

namespace GameCluster.Push;

/// <summary>
/// What this silo has for one gateway. Replies and pushes each travel in batches with one call under way: what is added meanwhile is the next batch.
/// The queues are bounded by what is under way: a reply belongs to a call that the gateway limits, a push to a caller that waits for its result.
/// </summary>
internal sealed partial class GatewayOutbox
{
    private readonly IGatewayNode _gateway;
    private readonly OwedReplies _owed;
    private readonly ILogger _logger;
    private readonly Action _onFailure;
    private readonly BatchLink<LaneCompletion> _completions;
    private readonly BatchLink<PendingPush> _pushes;

    public GatewayOutbox(IGatewayNode gateway, OwedReplies owed, ILogger logger, Action onFailure)
    {
        _gateway = gateway;
        _owed = owed;
        _logger = logger;
        _onFailure = onFailure;
        _completions = new BatchLink<LaneCompletion>(SendCompletionsAsync, static completion => completion.Reply?.Bytes ?? 0);
        _pushes = new BatchLink<PendingPush>(SendPushesAsync, static pending => pending.Push.Body.Length);
    }

    /// <summary>Sends the end of a call back, which settles it. If the gateway is gone, so is everybody who waits for it.</summary>
    public void Complete(LaneCompletion completion)
    {
        _owed.Add();
        _completions.Add(completion);
    }

    /// <summary>Sends a push; the result is what the gateway made of it.</summary>
    public Task<PushResult> PushAsync(PushDelivery push)
    {
        var pending = new PendingPush(push);
        _pushes.Add(pending);
        return pending.Result.Task;
    }

    private async Task SendCompletionsAsync(LaneCompletion[] batch)
    {
        try
        {
            await _gateway.CompleteAsync(batch);
        }
        catch (Exception exception)
        {
            OnFailed(batch.Length, exception);
        }
        finally
        {
            _owed.Settle(batch.Length);
        }
    }

    private async Task SendPushesAsync(PendingPush[] batch)
    {
        try
        {
            var results = await _gateway.PushAsync(Array.ConvertAll(batch, static pending => pending.Push));
            for (var i = 0; i < batch.Length; i++)
            {
                batch[i].Result.TrySetResult(results[i]);
            }
        }
        catch (Exception exception)
        {
            var result = CallFailure.Classify(exception) == DeliveryFailure.NotDelivered ? PushResult.NoSession : PushResult.Unknown;
            foreach (var pending in batch)
            {
                pending.Result.TrySetResult(result);
            }

            OnFailed(batch.Length, exception);
        }
    }

    private void OnFailed(int count, Exception exception)
    {
        LogGatewayUnreachable(_logger, count, exception.Message);
        _onFailure();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} replies or pushes did not reach their gateway: {Reason}")]
    private static partial void LogGatewayUnreachable(ILogger logger, int count, string reason);

    private sealed class PendingPush(PushDelivery push)
    {
        public PushDelivery Push { get; } = push;

        public TaskCompletionSource<PushResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
