namespace GameCluster.LoadTest.Histories.Checks;

/// <summary>A room has one writer at a time: an epoch belongs to one silo, and once a later one has spoken, an earlier one is heard no more.</summary>
internal static class WriterCheck
{
    public static CheckResult Check(IReadOnlyList<HistoryEvent> history, CheckLimits limits)
    {
        var findings = new Findings("writers", "each epoch of a room has one silo, and epochs never go back", limits);
        var rooms = new Dictionary<string, Room>();
        foreach (var happened in history.Where(static happened => happened.Key is not null))
        {
            if (!rooms.TryGetValue(happened.Key!, out var room))
            {
                rooms.Add(happened.Key!, room = new Room(findings));
            }

            room.Apply(happened);
        }

        foreach (var room in rooms.Values)
        {
            room.CheckPositions();
        }

        return findings.Result();
    }

    private sealed class Room(Findings findings)
    {
        private readonly Dictionary<long, HistoryEvent> _writers = [];
        private readonly Dictionary<(string? Session, int? Stream), HistoryEvent> _lastPush = [];
        private readonly Dictionary<(string? Session, long? Id), HistoryEvent?> _knownWhenAsked = [];
        private readonly SortedDictionary<long, HistoryEvent> _positions = [];
        private HistoryEvent? _newest;

        public void Apply(HistoryEvent happened)
        {
            if (happened.Type == EventType.Invoke)
            {
                _knownWhenAsked[(happened.Session, happened.Id)] = _newest;
                return;
            }

            if (happened is not { Type: EventType.Ok or EventType.Push, Epoch: { } epoch })
            {
                return;
            }

            findings.Examined++;
            CheckSilo(happened, epoch);
            if (happened.Type == EventType.Ok)
            {
                CheckAnswer(happened, epoch);
            }
            else if (happened.Number > 0)
            {
                CheckPush(happened, epoch);
            }

            if (_newest is null || epoch > _newest.Epoch)
            {
                _newest = happened;
            }

            var position = happened.Type == EventType.Push ? happened.Id : happened.Op == EventOp.Publish ? happened.Number : null;
            if (position is { } place)
            {
                _positions.TryAdd(place, happened);
            }
        }

        /// <summary>What a room did later, it did in the same life or in a later one.</summary>
        public void CheckPositions()
        {
            HistoryEvent? before = null;
            foreach (var (position, happened) in _positions)
            {
                if (before is not null && happened.Epoch < before.Epoch)
                {
                    findings.Add(happened, $"publish {position} of {happened.Key} was done in epoch {happened.Epoch}, an earlier one already in epoch {before.Epoch} (line {before.Line})");
                }

                before = happened;
            }
        }

        private void CheckSilo(HistoryEvent happened, long epoch)
        {
            if (happened.Silo is null)
            {
                return;
            }

            if (_writers.TryAdd(epoch, happened))
            {
                findings.Count("lives");
            }
            else if (_writers[epoch].Silo != happened.Silo)
            {
                findings.Count("twoWriters");
                findings.Add(happened, $"epoch {epoch} of {happened.Key} was served by {happened.Silo}, and by {_writers[epoch].Silo} in line {_writers[epoch].Line}");
            }
        }

        private void CheckAnswer(HistoryEvent answer, long epoch)
        {
            if (_knownWhenAsked.Remove((answer.Session, answer.Id), out var known) && known is not null && epoch < known.Epoch)
            {
                findings.Count("staleAnswers");
                findings.Add(answer, $"epoch {epoch} of {answer.Key} has answered what was asked after epoch {known.Epoch} had spoken (line {known.Line})");
            }
        }

        private void CheckPush(HistoryEvent push, long epoch)
        {
            var stream = (push.Session, push.Stream);
            if (_lastPush.TryGetValue(stream, out var last) && epoch < last.Epoch)
            {
                findings.Count("stalePushes");
                findings.Add(push, $"a push of epoch {epoch} of {push.Key} came after one of epoch {last.Epoch} (line {last.Line})");
            }

            _lastPush[stream] = push;
        }
    }
}
