namespace GameCluster.LoadTest.Histories.Checks;

/// <summary>Every stream of a session is numbered +1 from push to push, between one resync and the next: nothing missing, nothing twice, nothing swapped.</summary>
internal static class StreamOrderCheck
{
    public static CheckResult Check(IReadOnlyList<HistoryEvent> history, CheckLimits limits)
    {
        var findings = new Findings("order", "pushes of a stream come +1 by +1 between resyncs, on open streams only", limits);
        var sessions = new Dictionary<string, SessionStreams>();
        foreach (var happened in history)
        {
            if (happened.Session is { } session)
            {
                if (!sessions.TryGetValue(session, out var streams))
                {
                    sessions.Add(session, streams = new SessionStreams(findings));
                }

                streams.Apply(happened);
            }
        }

        return findings.Result();
    }

    /// <summary>The streams of one session.</summary>
    private sealed class SessionStreams(Findings findings)
    {
        private readonly Dictionary<int, (string? Key, long Last)> _open = [];
        private bool _isOver;

        public void Apply(HistoryEvent happened)
        {
            switch (happened)
            {
                case { Type: EventType.Open, Op: EventOp.Session }:
                    _open[0] = (null, 0);
                    break;
                case { Type: EventType.Open, Op: EventOp.Stream, Stream: { } stream }:
                    Open(happened, stream);
                    break;
                case { Type: EventType.Close, Op: EventOp.Stream, Stream: { } stream }:
                    _open.Remove(stream);
                    break;
                case { Type: EventType.Close, Op: EventOp.Session } or { Type: EventType.Lost }:
                    _open.Clear();
                    _isOver = true;
                    break;
                case { Type: EventType.Resumed } when _isOver:
                    findings.Add(happened, $"session {happened.Session} was resumed after its end");
                    break;
                case { Type: EventType.Push, Stream: { } stream, Number: > 0 and var number }:
                    Push(happened, stream, number);
                    break;
                case { Type: EventType.Resync, Stream: { } stream, Number: { } number }:
                    Resync(happened, stream, number);
                    break;
            }
        }

        private void Open(HistoryEvent happened, int stream)
        {
            if (!_open.TryAdd(stream, (happened.Key, 0)))
            {
                findings.Add(happened, $"stream {stream} of session {happened.Session} was opened while it was open");
            }
        }

        private void Push(HistoryEvent happened, int stream, long number)
        {
            findings.Examined++;
            if (!TryGet(happened, stream, out var before))
            {
                return;
            }

            if (number <= before.Last)
            {
                findings.Count("doubled");
                findings.Add(happened, $"push {number} of stream {stream} came after push {before.Last}: twice or too late");
            }
            else if (number > before.Last + 1)
            {
                findings.Count("gaps");
                findings.Add(happened, $"push {number} of stream {stream} came after push {before.Last}: {number - before.Last - 1} missing");
            }

            _open[stream] = before with { Last = Math.Max(number, before.Last) };
        }

        private void Resync(HistoryEvent happened, int stream, long number)
        {
            findings.Count($"resyncs.{happened.Value}");
            if (!TryGet(happened, stream, out var before))
            {
                return;
            }

            if (number < before.Last)
            {
                findings.Add(happened, $"resync of stream {stream} to {number}, which is before push {before.Last}");
            }

            _open[stream] = before with { Last = number };
        }

        private bool TryGet(HistoryEvent happened, int stream, out (string? Key, long Last) before)
        {
            if (!_open.TryGetValue(stream, out before))
            {
                findings.Add(happened, $"{happened.Type} of stream {stream}, which is not open in session {happened.Session}");
                return false;
            }

            if (happened.Key != before.Key && happened.Key is not null && before.Key is not null)
            {
                findings.Add(happened, $"{happened.Type} of {happened.Key} in stream {stream}, which is that of {before.Key}");
            }

            return true;
        }
    }
}
