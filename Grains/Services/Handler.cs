namespace GameCluster.Services;

/// <summary>Calls a method of a service; all reflection is done by the time it exists. The context is a MessageContext or an HttpCall.</summary>
internal abstract class Handler<TContext>
{
    public abstract ValueTask<Outcome> InvokeAsync(ServiceGrain target, byte[] body, TContext context, CancellationToken stopping);
}

/// <summary>The compiled call of a method: its parameters in a fixed order, its result in one form.</summary>
internal delegate ValueTask<Response<TReply>> HandlerCall<in TRequest, in TContext, TReply>(
    ServiceGrain target, TRequest request, TContext context, CancellationToken stopping);

internal sealed class Handler<TContext, TRequest, TReply>(
    BodyReader<TRequest> reader, HandlerCall<TRequest, TContext, TReply> call, Func<TReply?, Outcome> encode) : Handler<TContext>
{
    public override ValueTask<Outcome> InvokeAsync(ServiceGrain target, byte[] body, TContext context, CancellationToken stopping)
    {
        if (!reader.TryRead(body, out var request, out var problem))
        {
            return new ValueTask<Outcome>(new Outcome(Error: Response.Error(ErrorCodes.BadRequest, problem)));
        }

        var pending = call(target, request, context, stopping);
        return pending.IsCompletedSuccessfully ? new ValueTask<Outcome>(Encode(pending.Result)) : EncodeAsync(pending);
    }

    private async ValueTask<Outcome> EncodeAsync(ValueTask<Response<TReply>> pending) => Encode(await pending);

    private Outcome Encode(Response<TReply> response) =>
        response.Error is null ? encode(response.Value) : new Outcome(Error: response.Error);
}
