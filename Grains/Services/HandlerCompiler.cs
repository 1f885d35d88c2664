using System.Linq.Expressions;
using System.Reflection;

namespace GameCluster.Services;

/// <summary>Turns a checked signature into a <see cref="Handler{TContext}"/>.</summary>
internal static class HandlerCompiler
{
    public static Handler<TContext> Compile<TContext>(HandlerSignature signature, ServiceJson json) =>
        (Handler<TContext>)typeof(HandlerCompiler)
            .GetMethod(nameof(Create), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(typeof(TContext), signature.Request ?? typeof(Nothing), signature.Reply)
            .Invoke(null, [signature, json])!;

    private static Handler<TContext, TRequest, TReply> Create<TContext, TRequest, TReply>(HandlerSignature signature, ServiceJson json) =>
        new(CreateReader<TContext, TRequest>(json), CompileCall<TContext, TRequest, TReply>(signature), CreateEncoder<TReply>(json));

    private static BodyReader<TRequest> CreateReader<TContext, TRequest>(ServiceJson json)
    {
        object reader = typeof(TRequest) == typeof(byte[]) ? new RawBodyReader()
            : typeof(TRequest) != typeof(Nothing) ? new JsonBodyReader<TRequest>(json.TypeInfo<TRequest>())
            : typeof(TContext) == typeof(HttpCall) ? new UnreadBody()
            : new CheckedBody();
        return (BodyReader<TRequest>)reader;
    }

    private static Func<TReply?, Outcome> CreateEncoder<TReply>(ServiceJson json)
    {
        Delegate encoder = typeof(TReply) == typeof(Nothing) ? new Func<Nothing, Outcome>(Outcome.OfNothing)
            : typeof(TReply) == typeof(byte[]) ? new Func<byte[]?, Outcome>(Outcome.OfBytes)
            : typeof(TReply) == typeof(HttpReply) ? new Func<HttpReply?, Outcome>(Outcome.OfHttp)
            : Outcome.OfJson<TReply>(json);
        return (Func<TReply?, Outcome>)encoder;
    }

    private static HandlerCall<TRequest, TContext, TReply> CompileCall<TContext, TRequest, TReply>(HandlerSignature signature)
    {
        var target = Expression.Parameter(typeof(ServiceGrain));
        var request = Expression.Parameter(typeof(TRequest));
        var context = Expression.Parameter(typeof(TContext));
        var stopping = Expression.Parameter(typeof(CancellationToken));
        var arguments = signature.Method.GetParameters().Select(parameter =>
            parameter.ParameterType == typeof(TContext) ? context : parameter.ParameterType == typeof(CancellationToken) ? stopping : request);
        var call = Expression.Call(Expression.Convert(target, signature.Method.DeclaringType!), signature.Method, arguments);
        var body = ToResponse(ToValueTask(call, signature), signature);
        return Expression.Lambda<HandlerCall<TRequest, TContext, TReply>>(body, target, request, context, stopping).Compile();
    }

    /// <summary>A <c>ValueTask</c> or <c>ValueTask&lt;Result&gt;</c>, whatever the method returns.</summary>
    private static Expression ToValueTask(Expression call, HandlerSignature signature)
    {
        var returned = signature.Method.ReturnType;
        if (returned == typeof(void))
        {
            return Expression.Block(call, Expression.Default(typeof(ValueTask)));
        }

        var valueTask = returned == typeof(Task) || returned == typeof(ValueTask) ? typeof(ValueTask) : typeof(ValueTask<>).MakeGenericType(signature.Result);
        return returned == valueTask ? call : Expression.New(valueTask.GetConstructor([returned])!, call);
    }

    private static Expression ToResponse(Expression pending, HandlerSignature signature)
    {
        if (signature.Reply == typeof(Nothing))
        {
            return Expression.Call(typeof(HandlerCompiler), nameof(WithoutReply), null, pending);
        }

        return signature.Result == signature.Reply
            ? Expression.Call(typeof(HandlerCompiler), nameof(WithReply), [signature.Reply], pending)
            : pending;
    }

    private static ValueTask<Response<Nothing>> WithoutReply(ValueTask pending)
    {
        if (!pending.IsCompletedSuccessfully)
        {
            return AwaitAsync(pending);
        }

        // Gives a pooled source back.
        pending.GetAwaiter().GetResult();
        return default;

        static async ValueTask<Response<Nothing>> AwaitAsync(ValueTask pending)
        {
            await pending;
            return default;
        }
    }

    private static ValueTask<Response<T>> WithReply<T>(ValueTask<T> pending)
    {
        return pending.IsCompletedSuccessfully ? new ValueTask<Response<T>>(Response.Ok(pending.Result)) : AwaitAsync(pending);

        static async ValueTask<Response<T>> AwaitAsync(ValueTask<T> pending) => Response.Ok(await pending);
    }
}
