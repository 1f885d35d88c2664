using System.Security.Cryptography;
using GameCluster.Diagnostics;
using GameCluster.Migration;
using GameCluster.Placement;
using GameCluster.Watch;

namespace GameCluster.Services;

/// <summary>
/// A service: derive, mark the class with <see cref="ServiceAttribute"/> and its methods with <see cref="HandlesAttribute"/>. Messages of one session are
/// handled in the order sent, one after another, and no two handlers of a grain run at once. A handler that throws costs its sender an error
/// frame with code 500 and nobody else anything.
/// </summary>
[ServicePlacement]
public abstract partial class ServiceGrain : Grain, IGrainBase, IServiceGrain, IMovable
{
    /// <summary>A call ends early after this time, so that it stays short however much a client sends at once.</summary>
    internal static readonly TimeSpan TimeBudget = TimeSpan.FromMilliseconds(100);

    /// <summary>A call ends early when it has this many bytes to send.</summary>
    internal const int MaxReplyBytes = 256 * 1024;

    private readonly int _seed;
    private Random? _random;
    private ServiceHost? _host;
    private AnswerBook? _answers;
    private WatchedGrain? _watched;

    /// <summary>With a random seed.</summary>
    protected ServiceGrain()
        : this(RandomNumberGenerator.GetInt32(int.MaxValue))
    {
    }

    /// <summary>With a seed of one's own, so that <see cref="Random"/> gives known numbers.</summary>
    protected ServiceGrain(int randomSeed) => _seed = randomSeed;

    /// <summary>This grain's random source, the same as the handlers' context has.</summary>
    protected internal Random Random => _random ??= CreateRandom(_seed);

    /// <summary>The time, and timers that tests can drive.</summary>
    protected internal TimeProvider Clock => Host.Clock;

    /// <summary>What the grain's random source was begun with.</summary>
    private protected int Seed => _seed;

    internal ServiceHost Host
    {
        get => _host ??= ServiceHosts.Find(ServiceProvider, GetType());
        set => _host = value;
    }

    /// <summary>This activation with the watch; null where nobody watches.</summary>
    internal WatchedGrain? Watched => _watched ??= Watch();

    internal ServiceJson Json => Host.Json;

    internal string ServiceName => Host.Service.Descriptor.Name;

    ValueTask<LaneReply> IServiceGrain.HandleAsync(LaneCall call) => call.TraceParent is null ? HandleAsync(call) : HandleTracedAsync(call);

    ValueTask IServiceGrain.TakeAsync(SiloAddress gateway, long ticket, LaneCall call)
    {
        var pending = ((IServiceGrain)this).HandleAsync(call);
        if (!pending.IsCompletedSuccessfully)
        {
            return CompleteAsync(pending, gateway, ticket);
        }

        Host.Completions.Complete(gateway, new LaneCompletion(ticket, pending.Result, DeliveryFailure.None));
        return default;
    }

    private WatchedGrain? Watch()
    {
        var watched = Host.Watch?.Of(this.GetGrainId(), ServiceName);
        watched?.BeginAnew = () => GrainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "It has used memory up."));
        return watched;
    }

    private async ValueTask CompleteAsync(ValueTask<LaneReply> pending, SiloAddress gateway, long ticket)
    {
        var completion = new LaneCompletion(ticket, null, DeliveryFailure.Unknown);
        try
        {
            completion = new LaneCompletion(ticket, await pending, DeliveryFailure.None);
        }
        catch (Exception exception)
        {
            completion = new LaneCompletion(ticket, null, CallFailure.Classify(exception));
            throw;
        }
        finally
        {
            Host.Completions.Complete(gateway, completion);
        }
    }

    private async ValueTask<LaneReply> HandleTracedAsync(LaneCall call)
    {
        using var trace = CallTrace.StartHandle(ServiceName, call.TraceParent);
        return await HandleAsync(call);
    }

    private ValueTask<LaneReply> HandleAsync(LaneCall call)
    {
        var getting = GetReadyAsync();
        return getting.IsCompletedSuccessfully ? HandleReadyAsync(call) : GetReadyAndHandleAsync(getting, call);
    }

    private async ValueTask<LaneReply> GetReadyAndHandleAsync(ValueTask getting, LaneCall call)
    {
        await getting;
        return await HandleReadyAsync(call);
    }

    private ValueTask<LaneReply> HandleReadyAsync(LaneCall call)
    {
        var context = new MessageContext(this, call);
        do
        {
            context.MoveNext();
            var pending = HandleFrameAsync(context);
            if (!pending.IsCompletedSuccessfully)
            {
                return ContinueAsync(pending, context);
            }
        }
        while (!IsSpent(context));

        return End(context);
    }

    async ValueTask<HttpReply> IServiceGrain.HandleHttpAsync(HttpCall call)
    {
        if (!Host.Service.HttpEndpoints.TryGetValue(ServiceDefinition.EndpointKey(call.Method, call.Path), out var handler))
        {
            return HttpAnswers.OfError(Response.Error(ErrorCodes.UnknownMessage, $"Service {ServiceName} has no such endpoint."));
        }

        if (_hasFailedToBegin)
        {
            return HttpAnswers.OfError(Response.Error(ErrorCodes.InternalError, FailedText));
        }

        try
        {
            return HttpAnswers.Of(await WatchAsync(() => InvokeAsync(handler, call)));
        }
        catch (OperationCanceledException) when (Host.Stopping.IsCancellationRequested)
        {
            return HttpAnswers.OfError(Response.Error(ErrorCodes.OutcomeUnknown, StoppingText));
        }
        catch (Exception exception)
        {
            LogEndpointFailed(Host.Logger, exception, ServiceName, call.Method, call.Path);
            return HttpAnswers.OfError(Response.Error(ErrorCodes.InternalError, FailedText));
        }
    }

    /// <summary>Comes before any of a call's requests is looked at.</summary>
    private protected virtual ValueTask GetReadyAsync() => default;

    private protected virtual Random CreateRandom(int seed) => new(seed);

    private protected virtual ValueTask<Outcome> InvokeAsync(Handler<MessageContext> handler, MessageContext context) =>
        handler.InvokeAsync(this, context.Body, context, Host.Stopping);

    private protected virtual ValueTask<Outcome> InvokeAsync(Handler<HttpCall> handler, HttpCall call) =>
        handler.InvokeAsync(this, call.Body, call, Host.Stopping);

    private async ValueTask<LaneReply> ContinueAsync(ValueTask pending, MessageContext context)
    {
        await pending;
        while (!IsSpent(context))
        {
            context.MoveNext();
            await HandleFrameAsync(context);
        }

        return await End(context);
    }

    /// <summary>A call of which nothing was taken has not been delivered: whoever sent it asks anew for the grain's place.</summary>
    private ValueTask<LaneReply> End(MessageContext context) => context.End(Host.Silo) is { Handled: > 0 } reply
        ? new ValueTask<LaneReply>(reply)
        : ValueTask.FromException<LaneReply>(new OrleansException($"The grain {this.GetGrainId()} goes on elsewhere."));

    private bool IsSpent(MessageContext context) =>
        !context.HasMore
        || context.CloseReason is not null
        || context.Outcome != OutcomeKind.Handled
        || context.IsNumberedLogin
        || context.SentBytes >= MaxReplyBytes
        || Clock.GetElapsedTime(context.StartedAt) >= TimeBudget;

    private ValueTask HandleFrameAsync(MessageContext context) => context.Number == 0 ? HandleNowAsync(context) : HandleOnceAsync(context);

    /// <summary>Handles a numbered request, or gives the answer of the first time.</summary>
    private ValueTask HandleOnceAsync(MessageContext context)
    {
        var answers = (_answers ??= new AnswerBook(Clock)).Of(context.Session, context.Settled);
        var answer = answers.Find(context.Number, out var isNew);
        if (answer is null)
        {
            context.Fail(ErrorCodes.OutcomeUnknown, AnswerGoneText);
            return default;
        }

        if (!isNew)
        {
            return RepeatAsync(answer, context);
        }

        if (answers.IsOvertaken(answer) && !PoolKey.Is(this.GetPrimaryKeyString()))
        {
            // Its call was given up, and its sender told so, before it came here. Handled now it would be out of order.
            answers.Remove(answer);
            context.Fail(ErrorCodes.Unavailable, OvertakenText);
            return default;
        }

        context.BeginRequest();
        var pending = HandleNowAsync(context);
        if (!pending.IsCompletedSuccessfully)
        {
            return EndRequestAsync(pending, answers, answer, context);
        }

        EndRequest(answers, answer, context);
        return default;
    }

    private static async ValueTask EndRequestAsync(ValueTask pending, SessionAnswers answers, StoredAnswer answer, MessageContext context)
    {
        await pending;
        EndRequest(answers, answer, context);
    }

    private static void EndRequest(SessionAnswers answers, StoredAnswer answer, MessageContext context)
    {
        if (context.Outcome == OutcomeKind.Handled)
        {
            context.EndRequest(answer);
            answers.OnEnded(answer);
        }
        else
        {
            context.DropRequest();
            answers.Remove(answer);
        }
    }

    private static async ValueTask RepeatAsync(StoredAnswer answer, MessageContext context)
    {
        if (answer.Frames is null)
        {
            // Only in a grain that is reentrant: in any other the repeat waits its turn.
            await answer.Ended;
        }

        context.Repeat(answer);
    }

    private ValueTask HandleNowAsync(MessageContext context)
    {
        if (context.MessageId == WellKnownMessages.Offline)
        {
            _answers?.Forget(context.Session);
        }

        if (context.MessageId == WellKnownMessages.Offline
            && Host.Service.Descriptor.Key == ServiceKey.Session
            && this.GetPrimaryKeyString() == context.Session.ToString())
        {
            // The session has ended, and with it what its own grain is for.
            DeactivateOnIdle();
        }

        if (_hasFailedToBegin)
        {
            context.Fail(ErrorCodes.InternalError, FailedText);
            return default;
        }

        if (!Host.Service.Messages.TryGetValue(context.MessageId, out var handler))
        {
            RefuseUnknown(context);
            return default;
        }

        var turn = Watched?.Begin(context.MessageId) ?? default;
        try
        {
            var pending = InvokeAsync(handler, context);
            if (!pending.IsCompletedSuccessfully)
            {
                return AnswerAsync(pending, context, turn.Wait());
            }

            Answer(pending.Result, context);
        }
        catch (Exception exception)
        {
            Fail(exception, context);
        }
        finally
        {
            turn.End();
        }

        return default;
    }

    private async ValueTask AnswerAsync(ValueTask<Outcome> pending, MessageContext context, WaitingTurn? waiting)
    {
        try
        {
            Answer(await pending, context);
        }
        catch (Exception exception)
        {
            Fail(exception, context);
        }
        finally
        {
            waiting?.End();
        }
    }

    /// <summary>Does what is no message's: a hook, a timer, an HTTP request.</summary>
    private protected ValueTask WatchAsync(Func<ValueTask> work) => Watched is { } watched ? watched.RunAsync(0, work) : work();

    /// <inheritdoc cref="WatchAsync(Func{ValueTask})"/>
    private protected ValueTask<T> WatchAsync<T>(Func<ValueTask<T>> work) => Watched is { } watched ? watched.RunAsync(0, work) : work();

    private static void Answer(Outcome outcome, MessageContext context)
    {
        context.Outcome = outcome.Kind;
        if (outcome.Error is { } error)
        {
            context.Fail(error.Code, error.Text);
        }
        else if (outcome.Body is { } body)
        {
            context.Reply(body);
        }
    }

    private void RefuseUnknown(MessageContext context)
    {
        // The notice of a session's end goes to every service, wanted or not.
        if (context.MessageId != WellKnownMessages.Offline)
        {
            context.Fail(ErrorCodes.UnknownMessage, $"Service {ServiceName} does not handle message {context.MessageId}.");
        }
    }

    private void Fail(Exception exception, MessageContext context)
    {
        if (exception is OperationCanceledException && Host.Stopping.IsCancellationRequested)
        {
            context.Fail(ErrorCodes.OutcomeUnknown, StoppingText);
            return;
        }

        LogHandlerFailed(Host.Logger, exception, ServiceName, context.MessageId, context.Session);
        context.Fail(ErrorCodes.InternalError, FailedText);
    }
}
