namespace GameCluster.LoadTest.Histories.Checks;

/// <summary>
/// A room behaves like one list in one place: there is an order of its publishes and counts, each between its request and its answer, in which every publish gets the next place
/// and every count sees what is there. The search is that of Wing and Gong, made as late as possible: when an operation is answered, it must have been done.
/// </summary>
internal static class LinearCheck
{
    /// <summary>Operations under way at one time, and states of the search, beyond which a room is left undecided.</summary>
    private const int MostOpen = 64;
    private const int MostStates = 50_000;

    public static CheckResult Check(IReadOnlyList<HistoryEvent> history, CheckLimits limits)
    {
        var findings = new Findings("linear", "a room's publishes and counts are as if done one after another, in one place", limits);
        foreach (var (room, operations) in Operation.In(history))
        {
            Search(findings, room, operations);
        }

        return findings.Result();
    }

    private static void Search(Findings findings, string room, List<Operation> operations)
    {
        findings.Examined += operations.Count;
        var moments = operations.Select(static operation => (At: operation.Begin, IsEnd: false, Operation: operation))
            .Concat(operations.Where(static operation => operation.End is not null).Select(static operation => (At: operation.End!, IsEnd: true, Operation: operation)))
            .OrderBy(static moment => moment.At.T).ThenBy(static moment => moment.IsEnd);
        var (open, unknown) = (new Operation?[MostOpen], 0);
        var states = new HashSet<State> { default };
        foreach (var (at, isEnd, operation) in moments)
        {
            if (operation.End is null)
            {
                unknown++;
                continue;
            }

            if (!isEnd)
            {
                operation.Slot = Array.IndexOf(open, null);
                if (operation.Slot < 0)
                {
                    findings.Count("undecided");
                    return;
                }

                open[operation.Slot] = operation;
                continue;
            }

            states = Complete(states, open, unknown, operation);
            open[operation.Slot] = null;
            if (states.Count == 0)
            {
                findings.Add(at, $"{operation} of {room} fits no order: what was answered before it leaves no place for it");
                return;
            }

            if (states.Count > MostStates)
            {
                findings.Count("undecided");
                return;
            }
        }
    }

    /// <summary>All states in which an operation is done, from those before its answer; its own mark is cleared.</summary>
    private static HashSet<State> Complete(HashSet<State> before, Operation?[] open, int unknown, Operation operation)
    {
        var (done, seen, left) = (new HashSet<State>(), new HashSet<State>(before), new Stack<State>(before));
        var own = 1UL << operation.Slot;
        while (left.TryPop(out var state) && seen.Count <= MostStates)
        {
            if ((state.Done & own) != 0)
            {
                done.Add(state with { Done = state.Done & ~own });
                continue;
            }

            foreach (var next in After(state, open, unknown).Where(seen.Add))
            {
                left.Push(next);
            }
        }

        // A search that was given up says nothing: too many states tell the caller so.
        return seen.Count > MostStates ? seen : done;
    }

    private static IEnumerable<State> After(State state, Operation?[] open, int unknown)
    {
        foreach (var operation in open)
        {
            if (operation is not null && (state.Done & (1UL << operation.Slot)) == 0 && operation.TryApply(state.Count, out var count))
            {
                yield return state with { Count = count, Done = state.Done | (1UL << operation.Slot) };
            }
        }

        // Publishes of unknown outcome that nobody has seen are all alike.
        if (state.Unknown < unknown)
        {
            yield return state with { Count = state.Count + 1, Unknown = state.Unknown + 1 };
        }
    }

    /// <param name="Count">How many publishes are done.</param>
    /// <param name="Unknown">How many of them are of unknown outcome.</param>
    /// <param name="Done">Which of the open operations are done, as bits by slot.</param>
    private readonly record struct State(long Count, int Unknown, ulong Done);
}
