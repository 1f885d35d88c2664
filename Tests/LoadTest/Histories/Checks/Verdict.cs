using System.Globalization;
using System.Text;

namespace GameCluster.LoadTest.Histories.Checks;

/// <summary>What all checks say of a history.</summary>
internal sealed record Verdict(long Events, IReadOnlyList<CheckResult> Checks)
{
    public bool Passed => Checks.All(static check => check.Passed);

    /// <summary>Runs every check.</summary>
    public static Verdict Of(IReadOnlyList<HistoryEvent> history, CheckLimits limits) => new(
        history.Count,
        [
            StreamOrderCheck.Check(history, limits),
            DeliveryCheck.Check(history, limits),
            RoomOrderCheck.Check(history, limits),
            AnswerCheck.Check(history, limits),
            CountCheck.Check(history, limits),
            ResumeCheck.Check(history, limits),
            WriterCheck.Check(history, limits),
            LinearCheck.Check(history, limits),
            LedgerCheck.Check(history, limits),
            ResourceCheck.Check(history, limits),
        ]);

    public override string ToString()
    {
        var text = new StringBuilder();
        Line($"{Events:n0} events");
        foreach (var check in Checks)
        {
            Line($"{(check.Passed ? "pass" : "FAIL"),-4}  {check.Name,-9} {check.Examined,10:n0} examined, {check.Violations,6:n0} violations: {check.Promise}");
            foreach (var violation in check.First)
            {
                Line($"        {violation}");
            }

            if (check.Figures.Count > 0)
            {
                Line($"        {string.Join(", ", check.Figures.Select(static figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Key} {figure.Value:0.###}")))}");
            }
        }

        Line($"{(Passed ? "No promise was broken." : "PROMISES WERE BROKEN.")}");
        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
