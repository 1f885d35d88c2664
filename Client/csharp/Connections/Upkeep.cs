using GameCluster.Client.Protocol;
using GameCluster.Client.Sessions;

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
    private readonly Streams _streams;
    private readonly AckRule _ack;
    private readonly TimeSpan _pingTimeout;
    private readonly Timer _pings;
    private readonly Timer _acks;
    private readonly Timer _death;
    private bool _isWaiting;
    private bool _isDisposed;

    public Upkeep(object gate, Connection connection, Streams streams, Welcome welcome, GameClientOptions options)
    {
        (_gate, _connection, _streams, _ack) = (gate, connection, streams, welcome.Ack ?? DefaultAck);
        _pingTimeout = TimeSpan.FromMilliseconds(Math.Max(options.PingTimeout.TotalMilliseconds, _ack.Time));
        var third = TimeSpan.FromMilliseconds(welcome.Idle / 3.0);
        var interval = welcome.Idle > 0 && third < options.PingInterval ? third : options.PingInterval;
        _acks = new Timer(_ => Locked(Acknowledge));
        _death = new Timer(_ => Locked(() => _connection.Abandon("the server is silent")));
        _pings = new Timer(_ => Locked(Ping), null, interval, interval);
        Acknowledge();
    }

    /// <summary>Anything that arrives says that the server is there.</summary>
    public void Received()
    {
        if (_isWaiting)
        {
            _isWaiting = false;
            Stop(_death);
        }
    }

    /// <summary>A numbered push was delivered.</summary>
    public void Delivered()
    {
        if (_streams.Unacknowledged >= _ack.Messages)
        {
            Acknowledge();
        }
        else if (_streams.Unacknowledged == 1)
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
        _connection.Send(ProtocolJson.ToFrame(SystemId.Ack, new Ack(_streams.Acknowledge())));
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
