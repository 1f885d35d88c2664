namespace GameCluster.Services;

/// <summary>
/// What a handler answers: a reply, which any <typeparamref name="T"/> converts to, or an expected failure, made by <see cref="Response.Error"/>.
/// The default value is an empty reply, which is no reply.
/// </summary>
public readonly struct Response<T>
{
    internal Response(T? value) => Value = value;

    private Response(ResponseError error) => Error = error;

    /// <summary>The reply; null or default if there is none.</summary>
    public T? Value { get; }

    /// <summary>The failure, or null.</summary>
    public ResponseError? Error { get; }

    /// <summary>A reply.</summary>
    public static implicit operator Response<T>(T? value) => new(value);

    /// <summary>A failure.</summary>
    public static implicit operator Response<T>(ResponseError error) => new(error);
}
