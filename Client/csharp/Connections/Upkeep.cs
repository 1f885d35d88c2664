using GameCluster.Client.Protocol;

namespace GameCluster.Client.Connections;

/// <summary>
/// What a connection needs besides messages: acknowledgements by count and by time, pings, and the decision that nobody is there any more. The caller holds
/// <c>gate</c> whenever it calls.
/// </summary>
internal sealed class Upkeep : IDisposable
{
    private static readonly AckRule DefaultAck = new(64, 5000);

    private readonly object _gate;
    private readonly Connection _connection;
    private readonly Func<Ack> _received;
    private readonly AckRule _ack;
    private readonly TimeSpan _pingTimeout;
    private readonly Timer _pings;
    private readonly Timer _acks;
    private readonly Timer _death;
    private int _due;
    private bool _isWaiting;
    private bool _isDisposed;

    /// <param name="gate">What the caller holds.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="received">What an acknowledgement may say now.</param>
    /// <param name="welcome">What the server asks for.</param>
    /// <param name="options">What the game asks for.</param>
    public Upkeep(object gate, Connection connection, Func<Ack> received, Welcome welcome, GameClientOptions options)
    {
        (_gate, _connection, _received, _ack) = (gate, connection, received, welcome.Ack ?? DefaultAck);
        _pingTimeout = TimeSpan.FromMilliseconds(Math.Max(options.PingTimeout.TotalMilliseconds, _ack.Time));
        var third = TimeSpan.FromMilliseconds(welcome.Idle / 3.0);
        var interval = welcome.Idle > 0 && third < options.PingInterval ? third : options.PingInterval;
        _acks = new Timer(_ => Locked(Acknowledge));
        _death = new Timer(_ => Locked(() => _connection.Abandon("the server is silent")));
        _pings = new Timer(_ => Locked(Ping), null, interval, interval);
        Acknowledge();
    }

    /// <summary>Anything that arrives says that the server is there.</summary>
    public void Heard()
    {
        if (_isWaiting)
        {
            _isWaiting = false;
            Stop(_death);
        }
    }

    /// <summary>Something has arrived that is to be acknowledged: a numbered push, an answer.</summary>
    public void Count()
    {
        _due++;
        if (_due >= _ack.Messages)
        {
            Acknowledge();
        }
        else if (_due == 1)
        {
            _acks.Change(_ack.Time, Timeout.Infinite);
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        _pings.Dispose();
        _acks.Dispose();
        _death.Dispose();
    }

    private static void Stop(Timer timer) => timer.Change(Timeout.Infinite, Timeout.Infinite);

    private void Acknowledge()
    {
        Stop(_acks);
        _due = 0;
        _connection.Send(ProtocolJson.ToFrame(SystemId.Ack, _received()));
    }

    private void Ping()
    {
        _connection.Send(new Frame(SystemId.Ping, FrameKind.Notify, 0, 0, []));
        if (!_isWaiting)
        {
            _isWaiting = true;
            _death.Change(_pingTimeout, Timeout.InfiniteTimeSpan);
        }
    }

    private void Locked(Action action)
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                action();
            }
        }
    }
}
