using System.CommandLine;
using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Histories.Checks;

namespace GameCluster.LoadTest.Commands;

/// <summary><c>check</c>: whether a recorded history keeps the promises.</summary>
internal sealed class CheckCommand : Command
{
    private const double MiB = 1 << 20;

    private readonly Argument<FileInfo[]> _files = new("file")
    {
        Description = "Histories; several of one machine are taken together.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<TimeSpan> _grace = Parsing.Duration(
        "--grace", new CheckLimits().Grace, "A member that stayed connected for so long after an acknowledgement is owed the publish.");

    private readonly Option<int> _quoted = Parsing.Positive("--quoted", new CheckLimits().Quoted, "Violations to quote of each check.");

    private readonly Option<double?> _maxRss = new("--max-rss") { Description = "Resident memory a server process may reach, in MiB." };

    private readonly Option<double?> _maxRssSlope = new("--max-rss-slope") { Description = "Growth of it per hour over the later half of the run, in MiB." };

    private readonly Option<double?> _maxHandleSlope = new("--max-handle-slope") { Description = "Growth of open handles per hour, likewise." };

    private readonly Option<FileInfo?> _json = new("--json") { Description = "Write the verdict as JSON to this file." };

    public CheckCommand()
        : base("check", "Check recorded histories against what the server promises. Exit code 1 when a promise was broken.")
    {
        _files.AcceptExistingOnly();
        Add(_files);
        Add(_grace);
        Add(_quoted);
        Add(_maxRss);
        Add(_maxRssSlope);
        Add(_maxHandleSlope);
        Add(_json);
        SetAction(Execute);
    }

    private int Execute(ParseResult parsed)
    {
        var limits = new CheckLimits
        {
            Grace = parsed.GetValue(_grace),
            Quoted = parsed.GetValue(_quoted),
            MaxResidentBytes = (long?)(parsed.GetValue(_maxRss) * MiB),
            MaxResidentSlope = parsed.GetValue(_maxRssSlope) * MiB,
            MaxHandleSlope = parsed.GetValue(_maxHandleSlope),
        };
        var verdict = Verdict.Of(HistoryReader.Read([.. parsed.GetRequiredValue(_files).Select(static file => file.FullName)]), limits);
        Console.Out.Write(verdict);
        if (parsed.GetValue(_json) is { } file)
        {
            JsonReport.Write(verdict, file.FullName);
        }

        return verdict.Passed ? ExitCode.Success : ExitCode.Failure;
    }
}
