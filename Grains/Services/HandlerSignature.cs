using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace GameCluster.Services;

/// <summary>The parameters and the result of a handler method, checked.</summary>
internal sealed class HandlerSignature
{
    private HandlerSignature(MethodInfo method, Type context)
    {
        Method = method;
        Context = context;
        Request = method.GetParameters().Select(parameter => parameter.ParameterType)
            .FirstOrDefault(type => type != context && type != typeof(CancellationToken));
        Result = Unwrap(method.ReturnType, typeof(Task<>), typeof(ValueTask<>));
        Reply = method.ReturnType == typeof(void) || method.ReturnType == typeof(Task) || method.ReturnType == typeof(ValueTask)
            ? typeof(Nothing)
            : Unwrap(Result, typeof(Response<>));
    }

    public MethodInfo Method { get; }

    /// <summary>MessageContext or HttpCall.</summary>
    public Type Context { get; }

    /// <summary>The request type, or null if the method takes none.</summary>
    public Type? Request { get; }

    /// <summary>What the method returns, out of its task.</summary>
    public Type Result { get; }

    /// <summary>What is sent: the result, out of its Response; <see cref="Nothing"/> if the method gives none.</summary>
    public Type Reply { get; }

    /// <summary>The signature, or, in words, everything that is wrong with it.</summary>
    public static (HandlerSignature Signature, List<string> Problems) Read(MethodInfo method, Type context, ServiceJson json)
    {
        var signature = new HandlerSignature(method, context);
        return (signature, [.. signature.FindProblems(json)]);
    }

    private static Type Unwrap(Type type, params ReadOnlySpan<Type> wrappers) =>
        type.IsGenericType && wrappers.Contains(type.GetGenericTypeDefinition()) ? type.GenericTypeArguments[0] : type;

    private IEnumerable<string> FindProblems(ServiceJson json)
    {
        if (!Method.IsPublic || Method.IsStatic || Method.IsGenericMethodDefinition)
        {
            yield return "it must be public, of the instance and not generic";
            yield break;
        }

        foreach (var type in Method.GetParameters().Select(parameter => parameter.ParameterType).GroupBy(RoleOf).Where(role => role.Count() > 1))
        {
            yield return $"it has {type.Count()} parameters for the {type.Key}; at most one is allowed: {string.Join(", ", type.Select(t => t.Name))}";
        }

        if (Request is not null && FindProblemOfRequest(Request, json) is { } request)
        {
            yield return request;
        }

        if (Method.ReturnType == typeof(void) && Method.IsDefined(typeof(AsyncStateMachineAttribute)))
        {
            yield return "it is async void, which nobody can await; return Task";
        }
        else if (FindProblemOfReply(json) is { } reply)
        {
            yield return reply;
        }
    }

    private string RoleOf(Type parameter) =>
        parameter == Context ? Context.Name : parameter == typeof(CancellationToken) ? nameof(CancellationToken) : "request";

    private static string? FindProblemOfRequest(Type request, ServiceJson json)
    {
        if (request == typeof(byte[]))
        {
            return null;
        }

        if (request == typeof(MessageContext) || request == typeof(HttpCall))
        {
            return $"a {request.Name} is for the other kind of handler: messages have a MessageContext, HTTP requests an HttpCall";
        }

        return IsReadable(request, json) ? null : $"{request.Name} cannot be read from a JSON object; use a class, a record or byte[]";
    }

    private static bool IsReadable(Type type, ServiceJson json)
    {
        if (type == typeof(JsonNode) || type == typeof(JsonObject))
        {
            return true;
        }

        // Kind None is a converter's: a primitive of the runtime, or one that the game has written for its own type.
        return FindTypeInfo(type, json) is { } found && (found.Kind is JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary
            || (found.Kind is JsonTypeInfoKind.None && type.Assembly != typeof(object).Assembly));
    }

    private string? FindProblemOfReply(ServiceJson json)
    {
        if (Reply == typeof(Nothing) || Reply == typeof(byte[]))
        {
            return null;
        }

        if (Reply == typeof(HttpReply))
        {
            return Context == typeof(HttpCall) ? null : "an HttpReply answers HTTP requests only";
        }

        return typeof(Task).IsAssignableFrom(Reply) || Reply == typeof(ValueTask) || FindTypeInfo(Reply, json) is null
            ? $"its result {Reply.Name} cannot be written as JSON; allowed are a class or record, byte[], Response<T>, nothing, and each in a Task or ValueTask"
            : null;
    }

    private static JsonTypeInfo? FindTypeInfo(Type type, ServiceJson json)
    {
        try
        {
            return type.IsByRef || type.IsByRefLike || type.IsPointer ? null : json.Options.GetTypeInfo(type);
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }
}
