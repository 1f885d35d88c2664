namespace GameCluster.LoadTest.Histories.Checks;

/// <summary>A session that is back within its window goes on.</summary>
internal static class ResumeCheck
{
    public static CheckResult Check(IReadOnlyList<HistoryEvent> history, CheckLimits limits)
    {
        var findings = new Findings("resume", "a session whose client is back within the window goes on", limits);
        var windows = new Dictionary<string, long>();
        var away = new Dictionary<string, HistoryEvent>();
        var (afterCut, afterServer) = (new List<long>(), new List<long>());
        foreach (var happened in history)
        {
            if (happened.Session is not { } session)
            {
                continue;
            }

            switch (happened)
            {
                case { Type: EventType.Open, Op: EventOp.Session }:
                    findings.Count("sessions");
                    windows[session] = happened.Number ?? 0;
                    break;
                case { Type: EventType.Close, Op: EventOp.Connection }:
                    findings.Count($"closes.{happened.Value}");
                    away.TryAdd(session, happened);
                    break;
                case { Type: EventType.Resumed }:
                    findings.Examined++;
                    if (away.Remove(session, out var closed))
                    {
                        (closed.Value == EventOp.Cut ? afterCut : afterServer).Add(happened.T - closed.T);
                    }

                    break;
                case { Type: EventType.Lost }:
                    findings.Examined++;
                    findings.Count($"lost.{happened.Value}");
                    CheckLost(findings, happened, windows.GetValueOrDefault(session), away.GetValueOrDefault(session));
                    break;
            }
        }

        findings.Percentiles("backAfterOwnCut", afterCut);
        findings.Percentiles("backAfterServerEnd", afterServer);
        return findings.Result();
    }

    private static void CheckLost(Findings findings, HistoryEvent lost, long windowMilliseconds, HistoryEvent? closed)
    {
        var milliseconds = (lost.T - (closed?.T ?? lost.T)) / 1000;
        if (milliseconds < windowMilliseconds)
        {
            findings.Add(lost, $"session {lost.Session} was lost ({lost.Value}) after {milliseconds} ms, within its window of {windowMilliseconds} ms");
        }
    }
}
