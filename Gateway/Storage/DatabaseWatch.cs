using System.Diagnostics.Metrics;
using Npgsql;

namespace GameCluster.Gateway.Storage;

/// <summary>
/// Asks PostgreSQL every second whether it is there. Whoever needs the database can wait here for its return instead of trying again by itself: all go on
/// the moment it answers.
/// </summary>
internal sealed partial class DatabaseWatch : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OutageInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(2);

    /// <summary>A standby that was not promoted yet cannot store anything.</summary>
    private const string Question = "SELECT pg_is_in_recovery()";

    private readonly IReadOnlyList<NpgsqlDataSource> _pools;
    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<DatabaseWatch> _logger;
    private NpgsqlConnection? _connection;
    private TaskCompletionSource _asked = NewSignal();
    private long _answeredQuestion;
    private long _question;
    private volatile Sight _sight;

    public DatabaseWatch(IReadOnlyList<NpgsqlDataSource> pools, string connectionString, IMeterFactory meters, TimeProvider time, ILogger<DatabaseWatch> logger)
    {
        _pools = pools;
        _settings = DatabaseSettings.Untimed(DatabaseSettings.Unpooled(connectionString));
        _settings.Timeout = (int)AnswerTime.TotalSeconds;
        _time = time;
        _logger = logger;
        _sight = new Sight(time.GetUtcNow(), null, null);
        meters.Create("GameCluster.Gateway.Storage").CreateObservableGauge("gamecluster.database.away", () => Away.TotalSeconds, "s", "How long PostgreSQL has not answered");
    }

    /// <summary>Why PostgreSQL does not answer; null while it does.</summary>
    public string? Failure => _sight.Failure;

    /// <summary>How long it has not answered; zero while it does.</summary>
    public TimeSpan Away => _sight is { Failure: not null, AnsweredAt: var since } ? _time.GetUtcNow() - since : TimeSpan.Zero;

    /// <summary>The last outage that is over.</summary>
    public DatabaseOutage? LastOutage => _sight.LastOutage;

    /// <summary>Completes when PostgreSQL has answered a question that was asked after this call: at once, a second later, or after the outage.</summary>
    public async Task AnswersAsync(CancellationToken cancellationToken)
    {
        var before = Volatile.Read(ref _question);
        while (Volatile.Read(ref _answeredQuestion) <= before)
        {
            await Volatile.Read(ref _asked).Task.WaitAsync(cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await AskAsync(stoppingToken);
                await Task.Delay(Failure is null ? Interval : OutageInterval, _time, stoppingToken);
            }
        }
        finally
        {
            await DropConnectionAsync();
        }
    }

    private async Task AskAsync(CancellationToken stopping)
    {
        var question = Interlocked.Increment(ref _question);

        // A connection that was cut is not an outage yet: only a new one that fails too.
        var failure = _connection is not null && await TryAsync(stopping) is null ? null : await TryAsync(stopping);
        if (failure is null)
        {
            OnAnswer();
            Volatile.Write(ref _answeredQuestion, question);
        }
        else if (Failure is null)
        {
            _sight = _sight with { Failure = failure };
            LogAway(_settings.Host, _settings.Database, failure);
        }

        Interlocked.Exchange(ref _asked, NewSignal()).SetResult();
    }

    private void OnAnswer()
    {
        var (now, before) = (_time.GetUtcNow(), _sight);
        if (before.Failure is not null)
        {
            // What the pools hold was connected to a server that may be gone: each would fail one more statement.
            foreach (var pool in _pools)
            {
                pool.Clear();
            }

            LogBack(_settings.Host, _settings.Database, now - before.AnsweredAt);
        }

        _sight = new Sight(now, null, before.Failure is null ? before.LastOutage : new DatabaseOutage(before.AnsweredAt, now));
    }

    /// <summary>Null if there was an answer, else what went wrong.</summary>
    private async Task<string?> TryAsync(CancellationToken stopping)
    {
        try
        {
            if (_connection is null)
            {
                _connection = new NpgsqlConnection(_settings.ConnectionString);
                await _connection.OpenAsync(stopping);
            }

            if (!await IsStandbyAsync(_connection, stopping))
            {
                return null;
            }

            await DropConnectionAsync();
            return "the server is a standby";
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            await DropConnectionAsync();
            return failure.Message;
        }
    }

    private async Task<bool> IsStandbyAsync(NpgsqlConnection connection, CancellationToken stopping)
    {
        var asking = AskAsync(connection);
        try
        {
            return await asking.WaitAsync(AnswerTime, _time, stopping);
        }
        catch (Exception ended) when (ended is TimeoutException or OperationCanceledException)
        {
            _connection = null;
            _ = connection.CloseAfterAsync(asking);
            throw;
        }
    }

    private static async Task<bool> AskAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Question, connection);
        return await command.ExecuteScalarAsync(CancellationToken.None) is true;
    }

    private async Task DropConnectionAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
            _connection = null;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record Sight(DateTimeOffset AnsweredAt, string? Failure, DatabaseOutage? LastOutage);

    [LoggerMessage(LogLevel.Warning,
        "PostgreSQL at {Host}, database {Database}, does not answer: {Reason}. What needs no database goes on; joining, evicting and storing wait for its return")]
    private partial void LogAway(string? host, string? database, string reason);

    [LoggerMessage(LogLevel.Warning, "PostgreSQL at {Host}, database {Database}, answers again, after {Away}")]
    private partial void LogBack(string? host, string? database, TimeSpan away);
}
