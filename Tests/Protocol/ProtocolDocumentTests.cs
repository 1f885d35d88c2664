using System.Globalization;
using System.Text.RegularExpressions;
using GameCluster.Gateway.Protocol;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Protocol;

/// <summary>The document, the vectors, the table of unusual input and the code name the same things.</summary>
internal sealed partial class ProtocolDocumentTests
{
    private static readonly string Document = RepositoryFile.Read("docs/protocol.md");

    private static readonly int[] Clauses = [.. ClauseDefinition().Matches(Document).Select(NumberOf)];

    [Test]
    public void Document_Clauses_AreNumberedWithoutGapOrRepeat() =>
        Assert.That(Clauses, Is.EqualTo(Enumerable.Range(1, Clauses.Length)));

    [Test]
    public void Document_References_NameClausesThatExist() =>
        Assert.That(ClauseReference().Matches(Document).Select(NumberOf).Distinct(), Is.SubsetOf(Clauses));

    [Test]
    public void Vectors_Clauses_Exist()
    {
        var vectors = ProtocolVectors.Load();
        var named = vectors.Frames.Select(v => v.Clause).Concat(vectors.Streams.Select(v => v.Clause));

        Assert.That(named.Distinct(), Is.SubsetOf(Clauses.Select(number => $"P0-{number}")));
    }

    [Test]
    public void UnusualInput_Clauses_Exist() =>
        Assert.That(UnusualInput.Cases.Select(c => c.Clause).Distinct(), Is.SubsetOf(Clauses.Select(number => $"P0-{number}")));

    [Test]
    public void CloseCode_Values_AreThoseOfTheDocument() =>
        Assert.That(Enum.GetValues<CloseCode>().Select(code => (int)code), Is.EqualTo(CloseCodeRow().Matches(Document).Select(NumberOf)));

    private static int NumberOf(Match match) => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^- \*\*P0-(\d+)\*\*", RegexOptions.Multiline)]
    private static partial Regex ClauseDefinition();

    [GeneratedRegex(@"P0-(\d+)")]
    private static partial Regex ClauseReference();

    [GeneratedRegex(@"^ +\| ([14]\d{3}) \|", RegexOptions.Multiline)]
    private static partial Regex CloseCodeRow();
}
