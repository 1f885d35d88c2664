namespace GameCluster.Services;

/// <summary>Makes responses that no conversion makes.</summary>
public static class Response
{
    /// <summary>
    /// The sender gets an error frame with <paramref name="code"/> (one of <see cref="ErrorCodes"/> or the game's own, not 200) and <paramref name="text"/>,
    /// which a client may show. Converts to any <see cref="Response{T}"/>.
    /// </summary>
    public static ResponseError Error(int code, string text) => new(code, text);

    /// <summary>A reply; for interface types, which C# does not convert by itself.</summary>
    public static Response<T> Ok<T>(T? value) => new(value);
}
