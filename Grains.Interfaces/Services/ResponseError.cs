namespace GameCluster.Services;

/// <summary>An expected failure, on its way into a <see cref="Response{T}"/>.</summary>
public sealed record ResponseError
{
    internal ResponseError(int code, string text)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(code, ErrorCodes.Ok);
        ArgumentNullException.ThrowIfNull(text);
        Code = code;
        Text = text;
    }

    /// <summary>What <c>code</c> says in the error frame.</summary>
    public int Code { get; }

    /// <summary>What <c>desc</c> and <c>info</c> say.</summary>
    public string Text { get; }
}
