using System.Globalization;
using System.Text.RegularExpressions;
using GameCluster.Gateway.Protocol;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Protocol;

/// <summary>The document, the vectors, the table of unusual input and the code name the same things.</summary>
internal sealed partial class ProtocolDocumentTests
{
    private static readonly string Document = RepositoryFile.Read("docs/protocol.md");

    private static readonly string[] Clauses = [.. ClauseDefinition().Matches(Document).Select(static match => match.Groups[1].Value)];

    [TestCase("P0")]
    [TestCase("P1")]
    public void Document_Clauses_AreNumberedWithoutGapOrRepeat(string version)
    {
        var clauses = Clauses.Where(clause => clause.StartsWith(version, StringComparison.Ordinal)).ToArray();

        Assert.That(clauses, Is.Not.Empty);
        Assert.That(clauses, Is.EqualTo(Enumerable.Range(1, clauses.Length).Select(number => $"{version}-{number}")));
    }

    [Test]
    public void Document_References_NameClausesThatExist() =>
        Assert.That(ClauseReference().Matches(Document).Select(static match => match.Value).Distinct(), Is.SubsetOf(Clauses));

    [Test]
    public void Vectors_Clauses_Exist()
    {
        var vectors = ProtocolVectors.Load();
        string[] named =
        [
            .. vectors.Frames.Select(v => v.Clause),
            .. vectors.Streams.Select(v => v.Clause),
            .. vectors.Version1.Frames.Select(v => v.Clause),
            .. vectors.Version1.Streams.Select(v => v.Clause),
        ];

        Assert.That(named.Distinct(), Is.SubsetOf(Clauses));
    }

    [Test]
    public void UnusualInput_Clauses_Exist() =>
        Assert.That(UnusualInput.Cases.Select(c => c.Clause).Concat(UnusualSessionInput.Cases.Select(c => c.Clause)).Distinct(), Is.SubsetOf(Clauses));

    [Test]
    public void CloseCode_Values_AreThoseOfTheDocument() =>
        Assert.That(Enum.GetValues<CloseCode>().Select(code => (int)code), Is.EquivalentTo(CloseCodeRow().Matches(Document).Select(NumberOf)));

    private static int NumberOf(Match match) => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^- \*\*(P\d-\d+)\*\*", RegexOptions.Multiline)]
    private static partial Regex ClauseDefinition();

    [GeneratedRegex(@"P\d-\d+")]
    private static partial Regex ClauseReference();

    [GeneratedRegex(@"^ +\| ([14]\d{3}) \|", RegexOptions.Multiline)]
    private static partial Regex CloseCodeRow();
}
