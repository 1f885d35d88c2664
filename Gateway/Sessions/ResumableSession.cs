using GameCluster.Push;

namespace GameCluster.Gateway.Sessions;

/// <summary>What a session of version 1 has besides: its place among the attachments of the session, and what it needs to answer a request once.</summary>
/// <param name="epoch">The number of this attachment.</param>
/// <param name="tokenHash">SHA-256 of the token that the client was given with it.</param>
internal sealed class ResumableSession(long epoch, byte[] tokenHash)
{
    private const int MaxAnswers = 16;
    private const int MaxAnswerBytes = 16 * 1024;

    private readonly Lock _gate = new();
    private SessionAnswer[] _answers = [];
    private uint _settled;
    private uint _received;
    private uint _told;
    private bool _isTelling;

    public long Epoch { get; } = epoch;

    public byte[] TokenHash { get; } = tokenHash;

    /// <summary>The number of the last request on this connection.</summary>
    public uint LastRequest { get; set; }

    /// <summary>Whether the client has spoken since welcome.</summary>
    public bool HasSpoken { get; set; }

    /// <summary>Whether the session ends with this connection: its client has said so, or it was kicked.</summary>
    public volatile bool IsOver;

    /// <summary>Whether another connection has taken the session over.</summary>
    public volatile bool IsTakenOver;

    /// <summary>Every request below this has been answered, and the client has the answer.</summary>
    public uint Settled => Volatile.Read(ref _settled);

    /// <summary>Answers to requests that changed the session. Never changed in place.</summary>
    public SessionAnswer[] Answers => Volatile.Read(ref _answers);

    public void Settle(uint number)
    {
        lock (_gate)
        {
            if (number > _settled)
            {
                _settled = number;
                _answers = Array.FindAll(_answers, answer => answer.Request >= number);
            }
        }
    }

    /// <summary>Keeps answers, the newest ones if they are many.</summary>
    public void Keep(IEnumerable<SessionAnswer> answers)
    {
        lock (_gate)
        {
            var kept = _answers.Concat(answers).Where(answer => answer.Request >= _settled).TakeLast(MaxAnswers).ToList();
            var bytes = 0;
            var first = kept.FindLastIndex(answer => (bytes += answer.Body.Length) > MaxAnswerBytes) + 1;
            _answers = [.. kept.Skip(Math.Min(first, kept.Count - 1))];
        }
    }

    /// <summary>Keeps another answer to a request than before.</summary>
    public void Replace(SessionAnswer answer)
    {
        lock (_gate)
        {
            _answers = Array.ConvertAll(_answers, kept => kept.Request == answer.Request ? answer : kept);
        }
    }

    /// <summary>The client has its own stream up to a number. True if the session grain is to be told and nobody is at it: one call at a time, however often a client says so.</summary>
    public bool TryBeginTelling(uint received)
    {
        lock (_gate)
        {
            _received = Math.Max(_received, received);
            return !_isTelling && (_isTelling = _received > _told);
        }
    }

    /// <summary>How far the client has it.</summary>
    public uint Received => Volatile.Read(ref _received);

    /// <summary>The grain has been told up to a number, or with null could not be: the next acknowledgement makes that good. True if there is more to tell.</summary>
    public bool TryGoOnTelling(uint? told)
    {
        lock (_gate)
        {
            _told = Math.Max(_told, told ?? 0);
            return _isTelling = told is not null && _received > _told;
        }
    }

    public SessionAnswer? FindAnswer(uint request)
    {
        var answers = Answers;
        return answers.Length == 0 ? null : Array.Find(answers, answer => answer.Request == request);
    }
}
