using System.Text.RegularExpressions;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Architecture;

/// <summary>Links between documents lead somewhere.</summary>
internal sealed partial class LinkTests
{
    private static IEnumerable<string> Documents => RepositoryFile.Find("*.md");

    [TestCaseSource(nameof(Documents))]
    public void Document_RelativeLinks_Resolve(string path)
    {
        var folder = Path.GetDirectoryName(Path.Combine(RepositoryFile.Root, path))!;
        var targets = Link().Matches(WithoutCode(File.ReadAllText(Path.Combine(RepositoryFile.Root, path)))).Select(static link => link.Groups[1].Value);

        Assert.That(targets.Where(IsRelative).Where(target => !Resolves(folder, path, target)), Is.Empty, $"dead links in {path}");
    }

    private static bool IsRelative(string target) => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal);

    private static bool Resolves(string folder, string document, string target)
    {
        var (file, anchor) = target.Split('#', 2) is [var before, var after] ? (before, after) : (target, "");
        var path = file.Length == 0 ? Path.Combine(RepositoryFile.Root, document) : Path.Combine(folder, file);
        return anchor.Length == 0 ? Path.Exists(path) : File.Exists(path) && AnchorsOf(File.ReadAllText(path)).Contains(anchor);
    }

    private static IEnumerable<string> AnchorsOf(string document) =>
        Heading().Matches(WithoutCodeBlocks(document)).Select(static heading => NotInAnchors().Replace(heading.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    private static string WithoutCode(string document) => CodeSpan().Replace(WithoutCodeBlocks(document), "");

    private static string WithoutCodeBlocks(string document) => CodeBlock().Replace(document, "");

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+?)\s*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex(@"^ *```.*?^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex CodeSpan();
}
