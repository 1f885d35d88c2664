using System.Diagnostics;
using GameCluster.Client.Connections;
using GameCluster.Client.Protocol;

namespace GameCluster.Client.Sessions;

/// <summary>One session after another, each over as many connections as it takes. All state is behind one lock, under which nobody waits.</summary>
internal sealed partial class SessionLoop : IConnectionOwner
{
    private const int MostBlames = 2;
    private const int MostWaitingBytes = 1 << 20;

    private static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly GameClientOptions _options;
    private readonly ISessionListener _listener;
    private readonly Requests _requests;
    private readonly Backoff _backoff;
    private readonly Stopwatch _open = new();
    private Streams _streams = new();
    private Limits _limits = new(65_536, 256);
    private CancellationTokenSource _stop = new();
    private TaskCompletionSource<bool>? _connecting;
    private Task _run = Task.CompletedTask;
    private Connection? _connection;
    private Upkeep? _upkeep;
    private Timer? _move;
    private string? _token;
    private int _blames;
    private uint _attempts;

    public SessionLoop(GameClientOptions options, ISessionListener listener)
    {
        (_options, _listener) = (options, listener);
        _requests = new Requests(options.MaxRequests);
        _backoff = new Backoff(options.Addresses, options.LeastPause, options.GreatestPause, options.Random);
    }

    public ClientState State { get; private set; }

    public string? Session { get; private set; }

    /// <summary>Starts, and completes with the first welcome.</summary>
    public async Task ConnectAsync(CancellationToken cancellation)
    {
        Task connected;
        lock (_gate)
        {
            if (State != ClientState.Closed)
            {
                throw new InvalidOperationException($"The client is {State} already.");
            }

            State = ClientState.Connecting;
            _stop = new CancellationTokenSource();
            _connecting = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            connected = _connecting.Task;
            var stop = _stop.Token;
            _run = Task.Run(() => RunAsync(stop));
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.ConnectTimeout);
        using var registration = limit.Token.Register(() => Finish(CloseCodes.Abnormal, "no gateway has answered", new RequestTimeoutException(0, sent: false)));
        try
        {
            await connected.ConfigureAwait(false);
        }
        catch (RequestTimeoutException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    /// <summary>Ends the session, and completes when its socket is gone.</summary>
    public async Task CloseAsync()
    {
        var connection = _connection;
        Finish(CloseCodes.Normal, "", new ClientClosedException(0, sent: false));
        await _run.ConfigureAwait(false);
        await (connection?.Left ?? Task.CompletedTask).ConfigureAwait(false);
    }

    public async Task<byte[]> RequestAsync(int messageId, byte[] body, TimeSpan timeout, CancellationToken cancellation)
    {
        var request = new PendingRequest(messageId, body);
        lock (_gate)
        {
            Check(messageId, body);
            if (State == ClientState.Closed)
            {
                throw new ClientClosedException(messageId, sent: false);
            }

            if (!_requests.TryAdd(request))
            {
                throw new QueueFullException(messageId);
            }

            Pump();
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        using var registration = limit.Token.Register(() => Expire(request, cancellation));
        return await request.Answer.ConfigureAwait(false);
    }

    /// <summary>Sends a message without an answer; false if it was not sent.</summary>
    public bool Notify(int messageId, byte[] body)
    {
        lock (_gate)
        {
            Check(messageId, body);
            if (State != ClientState.Open || _connection!.WaitingBytes > MostWaitingBytes)
            {
                return false;
            }

            _connection.Send(new Frame(messageId, FrameKind.Notify, 0, 0, body));
            return true;
        }
    }

    public Task RoomAsync() => _listener.RoomAsync();

    public void Welcomed(Connection connection, Welcome welcome)
    {
        lock (_gate)
        {
            if (connection != _connection)
            {
                return;
            }

            var isLost = _token is not null && !welcome.Resumed;
            _token = welcome.Token;
            Session = welcome.Session;
            _limits = welcome.Limits ?? _limits;
            if (isLost)
            {
                _streams = new Streams();
                FailAll(static request => new SessionLostException(request.MessageId, request.Sent));
            }

            var changes = _streams.Reconcile(welcome.Streams ?? []);
            _upkeep = new Upkeep(_gate, connection, () => new Ack(_streams.Numbers(), _requests.Settled), welcome, _options);
            _open.Restart();
            State = ClientState.Open;
            Continue(welcome, isLost, changes);
        }
    }

    private async Task RunAsync(CancellationToken stop)
    {
        while (Begin(stop) is var (connection, address, hello))
        {
            var end = await connection.RunAsync(address, hello, _options.AttemptTimeout).ConfigureAwait(false);
            if (Ended(end, stop) is not { } pause)
            {
                return;
            }

            // Cancelled, it only ends earlier.
            await Task.WhenAny(Task.Delay(pause, stop)).ConfigureAwait(false);
        }
    }

    private (Connection Connection, Uri Address, Hello Hello)? Begin(CancellationToken stop)
    {
        lock (_gate)
        {
            if (stop.IsCancellationRequested)
            {
                return null;
            }

            _connection = new Connection(this);
            var resume = _token is null ? null : new Resume(_token, _streams.Numbers(), _requests.Settled, ++_attempts);
            return (_connection, _backoff.Address(), new Hello([Frame.Version], _options.Name, resume));
        }
    }

    /// <summary>The pause before the next attempt; null if there is none to be made.</summary>
    private TimeSpan? Ended(ConnectionEnd end, CancellationToken stop)
    {
        lock (_gate)
        {
            if (stop.IsCancellationRequested)
            {
                return null;
            }

            DropConnection();
            _blames += CloseCodes.IsBlaming(end.Code) ? 1 : 0;
            if (end.Refusal is not null || CloseCodes.IsFinal(end.Code) || _blames >= MostBlames)
            {
                Finish(end.Code, end.Reason, end.Refusal ?? new GameException(0, 0, $"The gateway has closed with {end.Code}. {end.Reason}"));
                return null;
            }

            State = State == ClientState.Open ? ClientState.Reconnecting : State;
            var pause = _backoff.Fail(atOnce: end is { Welcomed: true, Code: CloseCodes.GoingAway or CloseCodes.GivenUp }, end.RetryAfter);
            _listener.Reconnecting(new ConnectionLost(_backoff.Attempts, pause, end.Code, end.Reason));
            return pause;
        }
    }

    /// <summary>Goes on with the session that was, or begins a new one.</summary>
    private void Continue(Welcome welcome, bool isLost, List<StreamChange> changes)
    {
        if (isLost)
        {
            _listener.Lost(new SessionLost(welcome.Reason));
        }

        foreach (var request in _requests.Unanswered)
        {
            Send(request);
        }

        _connecting?.TrySetResult(true);
        _connecting = null;
        _listener.Opened(new SessionOpened(welcome.Session ?? "", welcome.Resumed));
        changes.ForEach(_listener.StreamChanged);
        Pump();
    }

    private void Pump()
    {
        while (State == ClientState.Open && _requests.Next(_limits.Pending) is { } request)
        {
            Send(request);
        }
    }

    private void Send(PendingRequest request) => _connection!.Send(new Frame(request.MessageId, FrameKind.Request, 0, request.Number, request.Body));

    private void Expire(PendingRequest request, CancellationToken cancellation)
    {
        lock (_gate)
        {
            _requests.Remove(request);
            Pump();
        }

        if (cancellation.IsCancellationRequested)
        {
            request.Cancel(cancellation);
        }
        else
        {
            request.Fail(new RequestTimeoutException(request.MessageId, request.Sent));
        }
    }

    private void Finish(int code, string reason, GameException error)
    {
        lock (_gate)
        {
            if (State == ClientState.Closed)
            {
                return;
            }

            State = ClientState.Closed;
            var connection = _connection;
            DropConnection();
            connection?.Close();
            _stop.Cancel();
            (_token, Session, _streams, _blames) = (null, null, new Streams(), 0);
            _backoff.Reset();
            FailAll(static request => new ClientClosedException(request.MessageId, request.Sent));
            _connecting?.TrySetException(error);
            _connecting = null;
            _listener.Closed(new ClientClosed(code, reason));
        }
    }

    private void FailAll(Func<PendingRequest, GameException> errorOf)
    {
        foreach (var request in _requests.Clear())
        {
            request.Fail(errorOf(request));
        }
    }

    /// <summary>Nothing of the connection that was may happen any more.</summary>
    private void DropConnection()
    {
        if (_upkeep is not null && _open.Elapsed >= StableAfter)
        {
            _backoff.Reset();
        }

        _upkeep?.Dispose();
        _move?.Dispose();
        (_connection, _upkeep, _move) = (null, null, null);
    }

    private void Check(int messageId, byte[] body)
    {
        if (messageId <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(messageId), messageId, "A message id is above zero.");
        }

        if (body.Length > _limits.Frame - Frame.HeaderSize)
        {
            throw new ArgumentException($"Message {messageId} is longer than the {_limits.Frame} bytes a frame may have.", nameof(body));
        }
    }
}
