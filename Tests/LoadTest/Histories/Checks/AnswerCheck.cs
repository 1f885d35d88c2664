namespace GameCluster.LoadTest.Histories.Checks;

/// <summary>Every request is answered once and executed once, however often it was sent.</summary>
internal static class AnswerCheck
{
    public static CheckResult Check(IReadOnlyList<HistoryEvent> history, CheckLimits limits)
    {
        var findings = new Findings("answers", "a request is answered once, and executed once whatever is sent again", limits);
        var requests = new Dictionary<(string Session, long Id), (HistoryEvent Invoked, HistoryEvent? Answer)>();
        var positions = new Dictionary<(string Key, string Value), long>();
        var ended = new HashSet<string>();
        foreach (var happened in history)
        {
            switch (happened)
            {
                case { Type: EventType.Invoke, Session: { } session, Id: { } id }:
                    findings.Examined++;
                    if (!requests.TryAdd((session, id), (happened, null)))
                    {
                        findings.Add(happened, $"request number {id} was used twice by session {session}: a fault of the client");
                    }

                    break;
                case { Type: EventType.Ok or EventType.Fail or EventType.Info, Session: { } session, Id: { } id }:
                    Answer(findings, requests, happened, (session, id));
                    break;
                case { Type: EventType.Close, Op: EventOp.Session, Session: { } session }:
                    ended.Add(session);
                    break;
            }

            CheckPosition(findings, positions, happened);
        }

        foreach (var ((session, id), (invoked, _)) in requests.Where(request => request.Value.Answer is null && ended.Contains(request.Key.Session)))
        {
            findings.Add(invoked, $"request {id} of session {session} was never answered, though the session lived until its client ended it");
        }

        return findings.Result();
    }

    private static void Answer(
        Findings findings, Dictionary<(string Session, long Id), (HistoryEvent Invoked, HistoryEvent? Answer)> requests, HistoryEvent happened, (string Session, long Id) number)
    {
        if (!requests.TryGetValue(number, out var request))
        {
            findings.Add(happened, $"{happened.Type} for request {number.Id}, which session {number.Session} has not sent");
        }
        else if (request.Answer is { } earlier)
        {
            findings.Count("answeredTwice");
            findings.Add(happened, $"request {number.Id} was answered again: {happened.Type} after {earlier.Type} in line {earlier.Line}");
        }
        else
        {
            requests[number] = (request.Invoked, happened);
            findings.Count(happened.Type == EventType.Ok ? "ok" : $"{happened.Type}.{happened.Number?.ToString() ?? happened.Value}".ToLowerInvariant());
            if (happened is { Type: EventType.Info, Value: EventOp.Unanswered })
            {
                findings.Add(happened, $"request {number.Id} was not answered in time, though its session lived");
            }
        }
    }

    /// <summary>A value has one place in its room: in its answer and in each push of it.</summary>
    private static void CheckPosition(Findings findings, Dictionary<(string Key, string Value), long> positions, HistoryEvent happened)
    {
        var position = happened switch
        {
            { Type: EventType.Ok, Op: EventOp.Publish } => happened.Number,
            { Type: EventType.Push } => happened.Id,
            _ => null,
        };
        if (position is not { } found || happened is not { Key: { } key, Value: { } value })
        {
            return;
        }

        if (!positions.TryAdd((key, value), found) && positions[(key, value)] != found)
        {
            findings.Count("executedTwice");
            findings.Add(happened, $"{value} is publish {found} of {key}, and publish {positions[(key, value)]} as well: executed twice");
        }
    }
}
