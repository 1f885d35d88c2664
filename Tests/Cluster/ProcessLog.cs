using System.Text.Json;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>Looks in processes' output for what should not be there.</summary>
internal static class ProcessLog
{
    private const int ShownCharacters = 300;

    /// <summary>
    /// Orleans tells as errors what it is made to bear: probes that were late, which on a busy machine some are, and a silo that went before it
    /// could be asked to cancel a call.
    /// </summary>
    private static readonly string[] Tolerated = ["Orleans.Runtime.MembershipService.", "Orleans.Runtime.GrainCallCancellationManager"];

    /// <summary>Fails if a process has logged an error, or written anything that is no log line, such as an unhandled exception.</summary>
    public static void AssertClean(IEnumerable<GameProcess> processes)
    {
        var problems = processes
            .SelectMany(process => process.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (process.Name, Problem: ProblemIn(line))))
            .Where(static entry => entry.Problem.Length > 0)
            .Select(static entry => $"{entry.Name}: {entry.Problem[..Math.Min(entry.Problem.Length, ShownCharacters)]}")
            .Distinct()
            .ToList();
        Assert.That(problems, Is.Empty);
    }

    private static string ProblemIn(string line)
    {
        if (line[0] != '{')
        {
            return line;
        }

        var entry = JsonDocument.Parse(line).RootElement;
        var category = entry.GetProperty("Category").GetString()!;
        return entry.GetProperty("LogLevel").GetString() is "Error" or "Critical" && !Array.Exists(Tolerated, tolerated => category.StartsWith(tolerated, StringComparison.Ordinal))
            ? $"{category}: {entry.GetProperty("Message").GetString()}"
            : "";
    }
}
