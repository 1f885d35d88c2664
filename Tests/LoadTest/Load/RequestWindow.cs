using System.Numerics;

namespace GameCluster.LoadTest.Load;

/// <summary>
/// The unanswered requests of one connection: when each was due, in a ring indexed by its number. A request is lost when its reply does
/// not come in time or the ring has to give up its place.
/// </summary>
internal sealed class RequestWindow(int expected)
{
    private const long Answered = long.MinValue;
    private const int LongestRing = 16_384;

    private long[] _due = new long[BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(expected, 4, LongestRing))];
    private long _oldest;
    private long _highestAnswered = -1;

    /// <summary>The number the next request gets.</summary>
    public long Next { get; private set; }

    public int Outstanding { get; private set; }

    public long Lost { get; private set; }

    public void Add(long due)
    {
        if (Next - _oldest == _due.Length)
        {
            MakeRoom();
        }

        Slot(Next++) = due;
        Outstanding++;
    }

    /// <summary>Takes the reply to the oldest unanswered request: all one can say of replies that do not name theirs.</summary>
    /// <returns>False when nothing is unanswered.</returns>
    public bool TryAnswerOldest(out long due)
    {
        due = 0;
        return Outstanding > 0 && TryAnswer(_oldest, out due, out _);
    }

    /// <summary>Takes the reply to one request.</summary>
    /// <param name="inOrder">False when a later request was answered before.</param>
    /// <returns>False when that request was not sent, is answered already, or was given up as lost.</returns>
    public bool TryAnswer(long number, out long due, out bool inOrder)
    {
        due = 0;
        inOrder = number > _highestAnswered;
        if (number < _oldest || number >= Next || Slot(number) == Answered)
        {
            return false;
        }

        due = Slot(number);
        _highestAnswered = Math.Max(_highestAnswered, number);
        Free(number);
        return true;
    }

    /// <summary>Gives up the requests due before a moment.</summary>
    public void Expire(long before)
    {
        while (Outstanding > 0 && Slot(_oldest) < before)
        {
            LoseOldest();
        }
    }

    private ref long Slot(long number) => ref _due[number & (_due.Length - 1)];

    private void Free(long number)
    {
        Slot(number) = Answered;
        Outstanding--;
        while (_oldest < Next && Slot(_oldest) == Answered)
        {
            _oldest++;
        }
    }

    private void LoseOldest()
    {
        Lost++;
        Free(_oldest);
    }

    private void MakeRoom()
    {
        if (_due.Length == LongestRing)
        {
            LoseOldest();
            return;
        }

        var grown = new long[_due.Length * 2];
        for (var number = _oldest; number < Next; number++)
        {
            grown[number & (grown.Length - 1)] = Slot(number);
        }

        _due = grown;
    }
}
