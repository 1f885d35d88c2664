using System.Globalization;

namespace GameCluster.LoadTest.Chaos.Scenarios;

/// <summary>
/// Whom a fault befalls: <c>database</c>; <c>silo</c> or <c>gateway</c>, drawn by the seed, each of them before any comes again; <c>silo-2</c>; <c>every silo</c>, one after another; <c>all silos</c>, at once;
/// <c>the others</c>, in a partition; <c>everything</c>.
/// </summary>
internal static class Targets
{
    public const string Database = "database";
    public const string Everything = "everything";
    public const string Others = "the others";

    private static readonly string[] Kinds = ["silo", "gateway"];

    public static bool IsKnown(string target, ClusterSpec cluster) =>
        target is Database or Everything or Others || Kinds.Any(kind => target == kind || target == $"every {kind}" || target == $"all {kind}s" || Names(kind, cluster).Contains(target));

    /// <summary>Whether the database is among them.</summary>
    public static bool HaveDatabase(string target) => target is Database or Everything;

    /// <summary>The names, in groups: the members of a group are befallen at once, the groups one after another.</summary>
    /// <param name="time">The how manieth time of the fault, from 0.</param>
    public static IReadOnlyList<IReadOnlyList<string>> Resolve(string target, ClusterSpec cluster, int seed, int time)
    {
        if (target == Everything)
        {
            return [[Database, .. Kinds.SelectMany(kind => Names(kind, cluster))]];
        }

        foreach (var kind in Kinds)
        {
            var names = Names(kind, cluster);
            if (target == kind)
            {
                var drawn = names.ToArray();
                new Random(HashOf(seed, time / names.Count)).Shuffle(drawn);
                return [[drawn[time % names.Count]]];
            }

            if (target == $"every {kind}")
            {
                return [.. names.Select(static name => new[] { name })];
            }

            if (target == $"all {kind}s")
            {
                return [names];
            }
        }

        return [[target]];
    }

    /// <summary>All silos and gateways but some.</summary>
    public static IReadOnlyList<string> AllBut(IEnumerable<string> some, ClusterSpec cluster) => [.. Kinds.SelectMany(kind => Names(kind, cluster)).Except(some)];

    /// <summary>Far apart for neighbouring seeds, whose first draws are alike otherwise.</summary>
    private static int HashOf(int seed, int round) => unchecked((int)((((uint)seed * 2654435761) ^ ((uint)round * 2246822519)) & int.MaxValue));

    private static List<string> Names(string kind, ClusterSpec cluster) =>
        [.. Enumerable.Range(1, kind == "silo" ? cluster.Silos : cluster.Gateways).Select(number => string.Create(CultureInfo.InvariantCulture, $"{kind}-{number}"))];
}
