using System.Diagnostics;
using System.Net.Sockets;
using GameCluster.LoadTest.Connections;
using GameCluster.LoadTest.Measuring;
using GameCluster.LoadTest.Protocol;

namespace GameCluster.LoadTest.Load;

/// <summary>Sends requests, checks each reply, and in a closed loop answers a reply with the next request.</summary>
/// <param name="verify">Replies must be echoes and come in order; otherwise a reply is taken for that of the oldest unanswered request.</param>
/// <param name="inFlight">Requests kept unanswered; 0 in an open loop.</param>
internal sealed class LoadConnection(
    Socket socket, RequestFrame request, bool verify, int inFlight, LatencyRecorder latency, LatencyRecorder sendLag)
    : GameConnection(socket, Math.Clamp(2 * inFlight * request.WireBytes, ShortestReceive, LongestReceive))
{
    private const int ShortestReceive = 2048;
    private const int LongestReceive = 65_536;

    private readonly RequestWindow _window = new(inFlight);
    private readonly byte[] _frame = request.Wire.ToArray();
    private readonly ErrorCounts _errors = new();
    private bool _isRefilling;

    public long Sent => _window.Next;

    public long Replies { get; private set; }

    public int Outstanding => _window.Outstanding;

    /// <summary>Begins the closed loop.</summary>
    public void StartLoop()
    {
        lock (Gate)
        {
            _isRefilling = true;
            Refill();
            Flush();
        }
    }

    /// <summary>Lets the closed loop run out.</summary>
    public void StopLoop()
    {
        lock (Gate)
        {
            _isRefilling = false;
        }
    }

    /// <summary>Sends one request of an open loop.</summary>
    /// <param name="due">When it should have left, as a <see cref="Stopwatch"/> timestamp: latency counts from here.</param>
    public void Request(long due)
    {
        lock (Gate)
        {
            if (TryAdd(due))
            {
                Flush();
                sendLag.Record(due, Stopwatch.GetTimestamp());
            }
        }
    }

    /// <summary>Gives up requests due before a timestamp; a closed loop goes on with new ones.</summary>
    public void Expire(long before)
    {
        lock (Gate)
        {
            _window.Expire(before);
            _errors.Lost = _window.Lost;
            Refill();
            Flush();
        }
    }

    /// <summary>Adds what went wrong here; complete when the connection has ended.</summary>
    public void AddErrorsTo(ErrorCounts total)
    {
        lock (Gate)
        {
            total.Add(_errors);
        }
    }

    protected override void OnFrame(int messageId, ReadOnlySpan<byte> body)
    {
        if (messageId != request.MessageId)
        {
            _errors.OtherIds++;
            return;
        }

        var now = Stopwatch.GetTimestamp();
        if (TryAnswer(body, out var due))
        {
            Replies++;
            latency.Record(due, now);
        }

        Refill();
    }

    protected override void OnEnded()
    {
        _window.Expire(long.MaxValue);
        _errors.Lost = _window.Lost;
        _errors.AddEnd(CloseCode, Violation);
    }

    private bool TryAnswer(ReadOnlySpan<byte> body, out long due)
    {
        var isErrorFrame = GameFrame.IsError(body);
        long number = 0;
        var isMismatch = verify && !isErrorFrame && !request.Body.TryRead(body, out number);
        var isGood = !isErrorFrame && !isMismatch;

        // A reply that does not name its request still frees a place, or the closed loop would stand still.
        var inOrder = true;
        var isKnown = verify && isGood ? _window.TryAnswer(number, out due, out inOrder) : _window.TryAnswerOldest(out due);
        _errors.ErrorFrames += isErrorFrame ? 1 : 0;
        _errors.Mismatched += isMismatch ? 1 : 0;
        _errors.Unexpected += isKnown ? 0 : 1;
        _errors.OutOfOrder += isKnown && !inOrder ? 1 : 0;
        return isKnown && isGood;
    }

    private void Refill()
    {
        while (_isRefilling && !IsEnded && _window.Outstanding < inFlight && TryAdd(Stopwatch.GetTimestamp()))
        {
        }
    }

    private bool TryAdd(long due)
    {
        request.WriteCounter(_frame, _window.Next);
        if (!TryQueue(_frame))
        {
            _errors.NotSent++;
            return false;
        }

        _window.Add(due);
        return true;
    }
}
