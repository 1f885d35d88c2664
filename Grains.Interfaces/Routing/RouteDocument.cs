namespace GameCluster.Routing;

/// <summary>
/// Routes as an operator writes them, in obEspoir's own form: service names to inclusive id ranges and to single ids, single ids winning.
/// JSON: <c>{"range":{"route":[[0,5000]]},"special":{"route":[1000]},"no_state":{"range":[[1,9]],"special":[]},"services":{"csmj":{"requires_login":true}}}</c>.
/// </summary>
[GenerateSerializer, Immutable, Alias("gamecluster.RouteDocument")]
public sealed record RouteDocument
{
    /// <summary>A document that routes nothing.</summary>
    public static RouteDocument Empty { get; } = new();

    /// <summary>Service name to inclusive ranges of ids.</summary>
    [Id(0)]
    public IReadOnlyDictionary<string, RouteRange[]> Ranges { get; init; } = new Dictionary<string, RouteRange[]>();

    /// <summary>Service name to single ids; they win over ranges.</summary>
    [Id(1)]
    public IReadOnlyDictionary<string, int[]> Specials { get; init; } = new Dictionary<string, int[]>();

    /// <summary>Ranges of ids that any grain of their service may handle.</summary>
    [Id(2)]
    public RouteRange[] NoStateRanges { get; init; } = [];

    /// <summary>Single ids that any grain of their service may handle.</summary>
    [Id(3)]
    public int[] NoStateSpecials { get; init; } = [];

    /// <summary>What an operator sets differently from what services declare.</summary>
    [Id(4)]
    public IReadOnlyDictionary<string, ServiceOverride> Services { get; init; } = new Dictionary<string, ServiceOverride>();
}
