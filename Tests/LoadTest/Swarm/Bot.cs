using System.Net.Sockets;
using GameCluster.LoadTest.Connections;

namespace GameCluster.LoadTest.Swarm;

/// <summary>A player that keeps its session alive: whenever its connection ends, it connects again, elsewhere if it can.</summary>
internal sealed class Bot : IBotConnectionOwner, IDisposable
{
    private const int Kicked = 4000;
    private const int TakenOver = 4001;
    private static readonly TimeSpan LongestAttempt = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly SwarmWorld _world;
    private readonly BotSession _session;
    private readonly Random _random;
    private readonly Backoff _backoff;
    private readonly bool _isSlow;
    private BotConnection? _connection;
    private Uri? _lastUrl;
    private TimeSpan _asked;
    private long _nextCut;
    private long _nextLeave;
    private long _nextPause;
    private bool _isPaused;
    private bool _isCalm;
    private volatile bool _isOver;

    /// <param name="room">Its room; null for one that only holds a session.</param>
    public Bot(int index, SwarmRoom? room, SwarmWorld world)
    {
        _world = world;
        _random = new Random(unchecked((world.Settings.Seed * 1_000_003) + index));
        _backoff = new Backoff(_random);
        _isSlow = _random.NextDouble() < world.Settings.SlowShare;
        _session = new BotSession(index, room, opensRoom: index % world.Settings.Members == 0, isSlow: _isSlow, world);
        _lastUrl = world.Urls[index % world.Urls.Count];
        (_nextCut, _nextLeave, _nextPause) = (Later(world.Settings.CutEvery), Later(world.Settings.LeaveEvery), Later(world.Settings.SlowFor));
    }

    public bool IsSettled => Locked(_session, static session => session.IsSettled);

    public bool IsConnected => Locked(_session, static session => session.IsConnected);

    /// <summary>Connects, and connects again, until the session is over or the run is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        for (var url = _lastUrl!; !_isOver && !cancellation.IsCancellationRequested; url = AnotherUrl())
        {
            (_lastUrl, _asked) = (url, TimeSpan.Zero);
            if (await TryConnectAsync(url, cancellation) is { } connection)
            {
                await connection.Ended.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                _isOver |= connection.CloseCode is Kicked or TakenOver;
            }

            if (!_isOver)
            {
                await Task.Delay(_backoff.Next(_asked), cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public void Publish() => Locked(_session, static session => session.Publish());

    public void Count() => Locked(_session, static session => session.Count());

    /// <summary>Does what is due by now, cuts and pauses included.</summary>
    public void Tick()
    {
        lock (_gate)
        {
            _session.Tick();
            if (!_isCalm)
            {
                Disturb();
            }
        }
    }

    /// <summary>No cuts, pauses and leaves any more.</summary>
    public void CalmDown()
    {
        lock (_gate)
        {
            _isCalm = true;
            Pause(false);
        }
    }

    /// <summary>Cuts its connection, if it has one.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            if (_connection is { IsEnded: false, IsWelcome: true } connection)
            {
                connection.IsOwnEnd = true;
                _world.Counts.OnOwnCut();
                connection.Cut();
            }
        }
    }

    /// <summary>Cuts its connection and does not come back.</summary>
    public void GoAway()
    {
        lock (_gate)
        {
            _isOver = true;
            Cut();
        }
    }

    /// <summary>Ends the session for good.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isOver = true;
            _session.End();
        }
    }

    /// <summary>Ends its connection, whatever state it is in.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            _connection?.Dispose();
        }
    }

    void IBotConnectionOwner.OnFrame(BotConnection connection, SessionFrame frame)
    {
        if (connection == _connection)
        {
            _session.OnFrame(connection, frame);
        }
    }

    void IBotConnectionOwner.OnEnded(BotConnection connection)
    {
        if (connection.Violation is { } violation)
        {
            SwarmCounts.Count(_world.Violations, violation);
        }

        _session.OnEnded(connection);
    }

    private async Task<BotConnection?> TryConnectAsync(Uri url, CancellationToken cancellation)
    {
        try
        {
            var connection = await Dialer.ConnectAsync(url, LongestAttempt, null, socket => new BotConnection(socket, _gate, url, this), cancellation);
            lock (_gate)
            {
                _connection = connection;
                _isPaused = false;
                _session.Greet(connection);
            }

            await Task.WhenAny(connection.Decided, Task.Delay(LongestAttempt, cancellation)).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            if (connection.IsWelcome)
            {
                _backoff.Reset();
                return connection;
            }

            connection.Dispose();
            _asked = connection.RetryAfter;
            SwarmCounts.Count(_world.Counts.Ends, $"before welcome: {connection.CloseCode?.ToString() ?? "no answer"}");
            return null;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            if (e is ServerBusyException busy)
            {
                _asked = busy.RetryAfter;
                SwarmCounts.Count(_world.Counts.Ends, "before the upgrade: 503");
            }

            return null;
        }
    }

    private void Disturb()
    {
        var now = _world.Now;
        if (now >= _nextCut)
        {
            _nextCut = now + Later(_world.Settings.CutEvery);
            Cut();
        }

        if (now >= _nextLeave)
        {
            _nextLeave = now + Later(_world.Settings.LeaveEvery);
            _session.Leave();
        }

        if (_isSlow && now >= _nextPause)
        {
            _nextPause = now + (long)_world.Settings.SlowFor.TotalMicroseconds;
            Pause(!_isPaused);
        }
    }

    private void Pause(bool isPaused)
    {
        _isPaused = isPaused;
        _connection?.Pause(isPaused);
    }

    /// <summary>A random time with a mean, as of events that do not know of each other; never with a mean of zero.</summary>
    private long Later(TimeSpan mean) => mean == TimeSpan.Zero ? long.MaxValue / 2 : (long)(-Math.Log(1 - _random.NextDouble()) * mean.TotalMicroseconds);

    private Uri AnotherUrl()
    {
        var others = _world.Urls.Where(url => url != _lastUrl).ToList();
        return others.Count == 0 ? _world.Urls[0] : others[_random.Next(others.Count)];
    }

    private T Locked<T>(BotSession session, Func<BotSession, T> read)
    {
        lock (_gate)
        {
            return read(session);
        }
    }

    private void Locked(BotSession session, Action<BotSession> act)
    {
        lock (_gate)
        {
            act(session);
        }
    }
}
