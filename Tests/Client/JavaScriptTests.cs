using System.Text.RegularExpressions;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Client;

/// <summary>The JavaScript client's own tests: vectors, and a scripted peer for what a real server cannot be made to do.</summary>
internal sealed partial class JavaScriptTests
{
    private static IEnumerable<string> Files => RepositoryFile.Find("*.test.js").Select(static path => Path.GetFileName(path));

    [TestCaseSource(nameof(Files))]
    public async Task TestFile_RunByNode_Passes(string file)
    {
        var (exitCode, output) = await NodeRun.RunAsync("--test", $"test/{file}");

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(PassedCount().Match(output).Groups[1].Value, Is.Not.Empty.And.Not.EqualTo("0"), output);
    }

    // Node marks the line with # or, in later versions, with a symbol of its own.
    [GeneratedRegex(@"^\S+ pass (\d+)$", RegexOptions.Multiline)]
    private static partial Regex PassedCount();
}
