using System.Text.RegularExpressions;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Architecture;

/// <summary>The table of metrics in docs/operations.md and the code name the same instruments with the same units.</summary>
internal sealed partial class MetricsDocumentTests
{
    [Test]
    public void Operations_Metrics_AreThoseOfTheCode()
    {
        var inCode = RepositoryFile.Find("*.cs").Where(static path => !path.StartsWith("Tests/", StringComparison.Ordinal))
            .SelectMany(static path => Instrument().Matches(RepositoryFile.Read(path)))
            .Select(NameAndUnit);
        var inDocument = MetricRow().Matches(RepositoryFile.Read("docs/operations.md")).Select(NameAndUnit);

        Assert.That(inDocument, Is.EquivalentTo(inCode));
    }

    private static string NameAndUnit(Match match) => $"{match.Groups["name"].Value} in {match.Groups["unit"].Value}";

    [GeneratedRegex("""\("(?<name>gamecluster\.[a-z._]+)",.*?"(?<unit>\{\w+\}|By|s)",""")]
    private static partial Regex Instrument();

    [GeneratedRegex(@"^\| `(?<name>gamecluster\.[a-z._]+)` \| `(?<unit>[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex MetricRow();
}
