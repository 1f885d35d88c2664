using GameCluster.Sessions;

namespace GameCluster.Services;

/// <summary>
/// The answers of one grain to one session's requests, by number. Bounded; of what went for want of room it knows that it was handled, so that nothing is handled twice.
/// </summary>
internal sealed class SessionAnswers(SessionId session)
{
    internal const int MaxCount = 256;
    internal const int MaxBytes = 256 * 1024;

    private const int Overhead = 64;

    // In the order of the numbers, which is nearly always that of arrival.
    private readonly List<StoredAnswer> _answers = [];
    private int _bytes;

    // Every number up to here was handled, or will not be asked for again.
    private uint _floor;

    /// <summary>As they were on another silo.</summary>
    public SessionAnswers(SessionAnswersImage image)
        : this(image.Session)
    {
        _floor = image.Floor;
        foreach (var kept in image.Answers)
        {
            var answer = new StoredAnswer(kept.Number);
            answer.End(kept.Frames, kept.Effects);
            _answers.Add(answer);
            _bytes += answer.Bytes;
        }
    }

    public SessionId Session { get; } = session;

    /// <summary>What they take, about.</summary>
    public int Size => _bytes + (Overhead * (_answers.Count + 1));

    /// <summary>When the session was last heard, as a <see cref="TimeProvider"/> timestamp.</summary>
    public long HeardAt { get; set; }

    public int Count => _answers.Count;

    /// <summary>To go on elsewhere. A grain that moves has no handler under way.</summary>
    public SessionAnswersImage ToImage(TimeSpan silence) => new(
        Session, silence, _floor, [.. _answers.Where(static answer => answer.Frames is not null).Select(static answer => new StoredAnswerImage(answer.Number, answer.Frames!, answer.Effects))]);

    /// <summary>Requests below <paramref name="number"/> will not come again.</summary>
    public void Settle(uint number)
    {
        var settled = 0;
        while (settled < _answers.Count && _answers[settled].Number < number && _answers[settled].Frames is not null)
        {
            _bytes -= _answers[settled++].Bytes;
        }

        _answers.RemoveRange(0, settled);
        _floor = number > 0 ? Math.Max(_floor, number - 1) : _floor;
    }

    /// <summary>The place of a number, made if it is new; null for one that was handled and whose answer is not kept.</summary>
    public StoredAnswer? Find(uint number, out bool isNew)
    {
        isNew = false;
        var index = _answers.Count;
        while (index > 0 && _answers[index - 1].Number >= number)
        {
            index--;
        }

        if (index < _answers.Count && _answers[index].Number == number)
        {
            return _answers[index];
        }

        if (number <= _floor)
        {
            return null;
        }

        isNew = true;
        var answer = new StoredAnswer(number);
        _answers.Insert(index, answer);
        return answer;
    }

    /// <summary>Whether a request with a higher number came before this one.</summary>
    public bool IsOvertaken(StoredAnswer answer) => _answers[^1] != answer;

    /// <summary>The request was not handled after all.</summary>
    public void Remove(StoredAnswer answer) => _answers.Remove(answer);

    /// <summary>A handler has ended: its answer counts from now on.</summary>
    public void OnEnded(StoredAnswer answer)
    {
        _bytes += answer.Bytes;
        while (_answers.Count > 1 && (_answers.Count > MaxCount || _bytes > MaxBytes) && _answers[0].Frames is not null)
        {
            _bytes -= _answers[0].Bytes;
            _floor = Math.Max(_floor, _answers[0].Number);
            _answers.RemoveAt(0);
        }
    }
}
