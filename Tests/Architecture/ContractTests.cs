using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Architecture;

/// <summary>
/// What processes of different versions say to each other, and what is stored, changes only on purpose: <c>contracts.approved.txt</c> is the agreed state.
/// </summary>
internal sealed class ContractTests
{
    private const string Approved = "Tests/Architecture/contracts.approved.txt";

    [Test]
    public void Contracts_OfAllAssemblies_AreTheApproved()
    {
        var (approved, received) = (RepositoryFile.Read(Approved).ReplaceLineEndings("\n"), Contracts.Describe());
        if (approved == received)
        {
            return;
        }

        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, "contracts.received.txt");
        File.WriteAllText(file, received);
        Assert.Fail(
            $"""
            The contract between processes has changed:
            {Difference(approved, received)}
            During a rolling update old and new processes talk to each other, and stored state is read by both. Safe are new types, new members with an [Id] of their own, and new
            methods that nobody calls before every process has them. Never change or reuse an [Alias], an [Id], a [GrainType] or the type behind one of them.
            If the change is meant and safe, approve it: cp '{file}' {Approved}
            """);
    }

    [Test]
    public void Contracts_Aliases_AreUnique()
    {
        var aliases = Contracts.Describe().Split('\n').Where(static line => line.StartsWith("type ", StringComparison.Ordinal)).Select(static line => line.Split(' ')[1]);

        Assert.That(aliases, Is.Unique);
    }

    private static string Difference(string approved, string received)
    {
        var (before, after) = (Lines(approved), Lines(received));
        return string.Join('\n', before.Except(after).Select(static line => $"- {line}").Concat(after.Except(before).Select(static line => $"+ {line}")));
    }

    /// <summary>Each line with the heading it stands under, so that it says by itself what it belongs to.</summary>
    private static List<string> Lines(string text)
    {
        var lines = new List<string>();
        var heading = "";
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            heading = line.StartsWith(' ') ? heading : line;
            lines.Add(line.StartsWith(' ') ? $"{heading} |{line}" : line);
        }

        return lines;
    }
}
