namespace GameCluster.Client.Sessions;

/// <summary>Requests without an answer: first those that were sent, with their numbers, then those that wait. Both are bounded together. Not thread-safe.</summary>
/// <param name="limit">How many there may be.</param>
internal sealed class Requests(int limit)
{
    // By rising number, as numbers are given in order and entries are only taken out.
    private readonly SortedDictionary<uint, PendingRequest> _sent = [];
    private readonly LinkedList<PendingRequest> _waiting = [];
    private uint _next = 1;

    /// <summary>What was sent and not answered, in the order it was sent.</summary>
    public IReadOnlyList<PendingRequest> Unanswered => [.. _sent.Values];

    /// <summary>Every request below this number was answered, or is not waited for any more.</summary>
    public uint Settled => _sent.Count == 0 ? _next : _sent.First().Key;

    public bool TryAdd(PendingRequest request)
    {
        if (_sent.Count + _waiting.Count >= limit)
        {
            return false;
        }

        _waiting.AddLast(request);
        return true;
    }

    /// <summary>The next request to send while fewer than <paramref name="pending"/> are open, with a number of its own; null if there is none.</summary>
    public PendingRequest? Next(int pending)
    {
        if (_waiting.First is not { Value: var request } || _sent.Count >= pending)
        {
            return null;
        }

        _waiting.RemoveFirst();
        request.Number = _next++;
        _sent.Add(request.Number, request);
        return request;
    }

    /// <summary>The request that an answer belongs to; null if nobody waits for it any more.</summary>
    public PendingRequest? Settle(uint number) => _sent.Remove(number, out var request) ? request : null;

    /// <summary>Nobody waits for this one any more.</summary>
    public void Remove(PendingRequest request)
    {
        if (!_sent.Remove(request.Number))
        {
            _waiting.Remove(request);
        }
    }

    /// <summary>Takes all of them out and begins to count anew.</summary>
    public IReadOnlyList<PendingRequest> Clear()
    {
        PendingRequest[] all = [.. _sent.Values, .. _waiting];
        _sent.Clear();
        _waiting.Clear();
        _next = 1;
        return all;
    }
}
