namespace GameCluster.Routing;

/// <summary>An inclusive range of message ids.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.RouteRange")]
public readonly record struct RouteRange([property: Id(0)] int From, [property: Id(1)] int To)
{
    /// <summary>Whether the range holds <paramref name="messageId"/>.</summary>
    public bool Contains(int messageId) => messageId >= From && messageId <= To;

    /// <inheritdoc />
    public override string ToString() => $"[{From},{To}]";
}
