using System.Diagnostics;
using System.Text.Json;
using GameCluster.Client.Sessions;

namespace GameCluster.Client;

/// <summary>
/// One session with a cluster, over one connection after another: it reconnects, resumes, repeats what was not answered and drops what came twice. Handlers and events run
/// one after another, in the order of what they tell, where <see cref="GameClientOptions.Context"/> says; a handler must not block. Everything else may be called from any thread.
/// </summary>
public sealed class GameClient : IAsyncDisposable, ISessionListener
{
    private readonly GameClientOptions _options;
    private readonly PushHandlers _handlers = new();
    private readonly CallbackQueue _callbacks;
    private readonly SessionLoop _loop;

    /// <summary>A client of these gateways, with the default options.</summary>
    public GameClient(params Uri[] addresses)
        : this(new GameClientOptions { Addresses = addresses })
    {
    }

    /// <summary>A client with options.</summary>
    /// <exception cref="ArgumentException">There is no address, or one that is not <c>ws</c> or <c>wss</c>.</exception>
    public GameClient(GameClientOptions options)
    {
        options.Validate();
        _options = options;
        _callbacks = new CallbackQueue(options.Context, Fail);
        _loop = new SessionLoop(options, this);
    }

    /// <summary>A connection is there. If the session was not resumed it is new: log in, join.</summary>
    public event Action<SessionOpened>? Opened;

    /// <summary>The old session is over: its requests have failed, rooms and login are gone. <see cref="Opened"/> follows.</summary>
    public event Action<SessionLost>? SessionLost;

    /// <summary>The connection is lost, or an attempt has failed, and another attempt follows.</summary>
    public event Action<ConnectionLost>? Reconnecting;

    /// <summary>The client is closed and stays so until it is told to connect again.</summary>
    public event Action<ClientClosed>? Closed;

    /// <summary>Pushes of a stream are missing for good: take the snapshot, or ask for the present state.</summary>
    public event Action<StreamResync>? Resync;

    /// <summary>A room or group begins to send to this session, or has ended to.</summary>
    public event Action<StreamChange>? StreamChanged;

    /// <summary>The gateway stops; the client moves by itself.</summary>
    public event Action<GoingAway>? GoingAway;

    /// <summary>The game or an operator has thrown this session out. <see cref="Closed"/> follows.</summary>
    public event Action<Kicked>? Kicked;

    /// <summary>A push whose id nobody handles.</summary>
    public event Action<PushMessage>? UnhandledPush;

    /// <summary>A notify was refused (<see cref="GameException"/>), or a handler has thrown; also an <c>async</c> one after its first await, unless it runs in a context of the game's.</summary>
    public event Action<Exception>? Failed;

    /// <summary>What the client is doing.</summary>
    public ClientState State => _loop.State;

    /// <summary>The session's id; null without one.</summary>
    public string? Session => _loop.Session;

    /// <summary>Connects, and completes with the first welcome. Afterwards the client keeps itself connected.</summary>
    /// <exception cref="RequestTimeoutException">No gateway has answered in time.</exception>
    /// <exception cref="GameException">A gateway has refused; its code says why.</exception>
    public Task ConnectAsync(CancellationToken cancellation = default) => _loop.ConnectAsync(cancellation);

    /// <summary>Ends the session. Requests without an answer fail with <see cref="ClientClosedException"/>.</summary>
    public Task CloseAsync() => _loop.CloseAsync();

    /// <summary>
    /// Sends a request, at once or when there is a connection again, and completes with its reply. It is executed at most once, also if the connection is lost meanwhile. Requests
    /// are sent in the order of the calls.
    /// </summary>
    /// <param name="messageId">What it is about.</param>
    /// <param name="message">Written as JSON; null is an empty body.</param>
    /// <param name="timeout">How long it may take, reconnects included; null: <see cref="GameClientOptions.RequestTimeout"/>.</param>
    /// <param name="cancellation">Ends the waiting. What was sent may still be handled.</param>
    /// <returns>The reply; the type's default for an empty one.</returns>
    /// <exception cref="GameException">The server's error, or one of the exceptions derived from it.</exception>
    /// <exception cref="JsonException">The reply is not of this type.</exception>
    public async Task<TReply?> RequestAsync<TReply>(int messageId, object? message = null, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        var reply = await RequestAsync(messageId, ToBody(message), timeout, cancellation).ConfigureAwait(false);
        return reply.Length == 0 ? default : JsonSerializer.Deserialize<TReply>(reply, _options.Json);
    }

    /// <summary>The same with bytes as they are.</summary>
    /// <returns>The reply as it came.</returns>
    public Task<byte[]> RequestAsync(int messageId, byte[] body, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        _loop.RequestAsync(messageId, body, timeout ?? _options.RequestTimeout, cancellation);

    /// <summary>Sends a message without an answer, at most once.</summary>
    /// <returns>False if there is no connection, or one that does not get rid of what it has: it was not sent.</returns>
    public bool Notify(int messageId, object? message = null) => Notify(messageId, ToBody(message));

    /// <summary>The same with bytes as they are.</summary>
    public bool Notify(int messageId, byte[] body) => _loop.Notify(messageId, body);

    /// <summary>Adds a handler for pushes with an id. Dispose what is returned to take it away again.</summary>
    public IDisposable OnPush(int messageId, Action<PushMessage> handler) => _handlers.Add(messageId, handler);

    /// <summary>Adds a handler for pushes with an id, whose bodies are JSON.</summary>
    public IDisposable OnPush<T>(int messageId, Action<T?, PushMessage> handler) => _handlers.Add(messageId, message => handler(message.Read<T>(), message));

    /// <summary>Closes.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    void ISessionListener.Opened(SessionOpened opened) => _callbacks.Post(() => Opened?.Invoke(opened));

    void ISessionListener.Lost(SessionLost lost) => _callbacks.Post(() => SessionLost?.Invoke(lost));

    void ISessionListener.Reconnecting(ConnectionLost lost) => _callbacks.Post(() => Reconnecting?.Invoke(lost));

    void ISessionListener.Closed(ClientClosed closed) => _callbacks.Post(() => Closed?.Invoke(closed));

    void ISessionListener.Resynced(StreamResync resync) => _callbacks.Post(() => Resync?.Invoke(resync));

    void ISessionListener.StreamChanged(StreamChange change) => _callbacks.Post(() => StreamChanged?.Invoke(change));

    void ISessionListener.GoingAway(GoingAway goingAway) => _callbacks.Post(() => GoingAway?.Invoke(goingAway));

    void ISessionListener.Kicked(Kicked kicked) => _callbacks.Post(() => Kicked?.Invoke(kicked));

    void ISessionListener.Refused(GameException error) => _callbacks.Post(() => Fail(error));

    void ISessionListener.Pushed(PushMessage message)
    {
        var handlers = _handlers.Of(message.MessageId);
        if (handlers.Count == 0)
        {
            _callbacks.Post(() => UnhandledPush?.Invoke(message));
        }

        foreach (var handler in handlers)
        {
            _callbacks.Post(() => handler(message));
        }
    }

    Task ISessionListener.RoomAsync() => _callbacks.RoomAsync();

    private void Fail(Exception error)
    {
        if (Failed is null)
        {
            Trace.TraceError(error.ToString());
        }
        else
        {
            Failed(error);
        }
    }

    private byte[] ToBody(object? message) => message switch
    {
        null => [],
        byte[] bytes => bytes,
        _ => JsonSerializer.SerializeToUtf8Bytes(message, message.GetType(), _options.Json),
    };
}
