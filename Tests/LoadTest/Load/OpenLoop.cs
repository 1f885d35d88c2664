using System.Diagnostics;

namespace GameCluster.LoadTest.Load;

/// <summary>
/// Sends requests on a fixed timetable, whatever the server does: request n is due at a time that depends on n alone, and goes to
/// connection n modulo their number. One thread of its own keeps the timetable.
/// </summary>
internal sealed class OpenLoop
{
    /// <summary>What is due within this time leaves together: bounds the wake-ups, and thereby how much of the CPU the timetable takes.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromMicroseconds(250);

    private readonly double _rate;
    private readonly double _rampSeconds;
    private readonly IReadOnlyList<LoadConnection> _connections;
    private readonly Thread _thread;
    private volatile bool _isStopped;

    public OpenLoop(double rate, TimeSpan ramp, IReadOnlyList<LoadConnection> connections)
    {
        _rate = rate;
        _rampSeconds = ramp.TotalSeconds;
        _connections = connections;
        _thread = new Thread(Run) { IsBackground = true, Name = "open loop" };
    }

    public void Start() => _thread.Start();

    public void Stop()
    {
        _isStopped = true;
        _thread.Join();
    }

    /// <summary>When request <paramref name="number"/> is due, in seconds after the start; the rate grows linearly during the ramp.</summary>
    internal static double DueSeconds(long number, double rate, double rampSeconds)
    {
        var inRamp = rate * rampSeconds / 2;
        return number < inRamp ? Math.Sqrt(2 * number * rampSeconds / rate) : rampSeconds + ((number - inRamp) / rate);
    }

    private void Run()
    {
        var started = Stopwatch.GetTimestamp();
        for (long number = 0; !_isStopped; number++)
        {
            var due = started + (long)(DueSeconds(number, _rate, _rampSeconds) * Stopwatch.Frequency);
            WaitUntil(due);
            if (!_isStopped)
            {
                _connections[(int)(number % _connections.Count)].Request(due);
            }
        }
    }

    private void WaitUntil(long due)
    {
        while (!_isStopped && Stopwatch.GetTimestamp() < due)
        {
            var remaining = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            PreciseDelay.Wait(TimeSpan.FromTicks(Math.Clamp(remaining.Ticks, Grain.Ticks, TimeSpan.TicksPerMillisecond * 10)));
        }
    }
}
