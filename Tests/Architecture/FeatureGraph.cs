namespace GameCluster.Tests.Architecture;

/// <summary>
/// The feature folders of a project, which are its namespaces below the root, and which of them make use of which. Hosting is not among them: it composes the
/// others and may know them all.
/// </summary>
internal sealed class FeatureGraph
{
    private const string Composer = "Hosting";

    private readonly Dictionary<(string User, string Used), TypeUse> _uses;

    private FeatureGraph(Dictionary<(string User, string Used), TypeUse> uses) => _uses = uses;

    /// <summary>The features, in alphabetical order.</summary>
    public IEnumerable<string> Features => _uses.Keys.SelectMany(static edge => new[] { edge.User, edge.Used }).Distinct().Order(StringComparer.Ordinal);

    public static FeatureGraph Of(string rootNamespace, IEnumerable<TypeUse> uses)
    {
        var edges = new Dictionary<(string, string), TypeUse>();
        foreach (var use in uses.Where(static use => use.User.Assembly == use.Used.Assembly).OrderBy(static use => use.ToString(), StringComparer.Ordinal))
        {
            if (FeatureOf(rootNamespace, use.User) is { } user && FeatureOf(rootNamespace, use.Used) is { } used && user != used)
            {
                edges.TryAdd((user, used), use);
            }
        }

        return new FeatureGraph(edges);
    }

    /// <summary>Every use that is part of a circle, with one example of it; empty if there is none.</summary>
    public IReadOnlyList<string> FindCircles() =>
    [
        .. _uses.Where(edge => Reaches(edge.Key.Used, edge.Key.User, []))
            .Select(static edge => $"{edge.Key.User} -> {edge.Key.Used}: {edge.Value.User} uses {edge.Value.Used}")
            .Order(StringComparer.Ordinal),
    ];

    private static string? FeatureOf(string rootNamespace, TypeName type)
    {
        var prefix = rootNamespace + ".";
        if (!type.Namespace.StartsWith(prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var feature = type.Namespace[prefix.Length..].Split('.')[0];
        return feature == Composer ? null : feature;
    }

    private bool Reaches(string from, string to, HashSet<string> seen) =>
        from == to || (seen.Add(from) && _uses.Keys.Any(edge => edge.User == from && Reaches(edge.Used, to, seen)));
}
