using System.Net.Sockets;
using Npgsql;

namespace GameCluster.Gateway.Hosting;

/// <summary>
/// Runs an operation on PostgreSQL as soon as the server lets it. Until then it is tried again for ever: after one second at
/// first, after five at most. Logs name host and database, never user or password.
/// </summary>
internal sealed partial class PostgreSqlRetry
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    public PostgreSqlRetry(string connectionString, ILogger logger, TimeProvider time)
    {
        _settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            // Closing the connection must end its session, and with it every lock the session holds.
            Pooling = false,
            // A migration, or the wait for another process's, may outlast any command time-out; a lost host is noticed by TCP.
            CommandTimeout = 0,
            TcpKeepAlive = true,
            TcpKeepAliveTime = 10,
            TcpKeepAliveInterval = 5,
        };
        _logger = logger;
        _time = time;
    }

    /// <summary>
    /// Opens a connection and calls <paramref name="attempt"/> with it, until it returns <see langword="true"/>. Attempts must be
    /// repeatable: a connection may be lost in the middle of one.
    /// </summary>
    /// <exception cref="PostgresException">The server refused a statement for good.</exception>
    public async Task RunAsync(Func<NpgsqlConnection, CancellationToken, Task<bool>> attempt, CancellationToken cancellationToken)
    {
        var delay = FirstDelay;
        while (!await TryAsync(attempt, cancellationToken))
        {
            await Task.Delay(delay, _time, cancellationToken);
            delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, LongestDelay.Ticks));
        }
    }

    private async Task<bool> TryAsync(Func<NpgsqlConnection, CancellationToken, Task<bool>> attempt, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(_settings.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            return await attempt(connection, cancellationToken);
        }
        catch (PostgresException refusal) when (Remedy(refusal.SqlState) is { } remedy)
        {
            LogRefused(_settings.Host, _settings.Database, refusal.SqlState, refusal.MessageText, remedy);
            return false;
        }
        catch (Exception failure) when (IsOutage(failure))
        {
            LogUnavailable(_settings.Host, _settings.Database, failure.Message);
            return false;
        }
    }

    private static string? Remedy(string sqlState) => sqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            "Check user and password of the connection string and the server's pg_hba.conf.",
        PostgresErrorCodes.InvalidCatalogName => "Create the database, or correct its name in the connection string.",
        _ => null,
    };

    private static bool IsOutage(Exception failure) => failure switch
    {
        PostgresException error => error.IsTransient
            || error.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown,
        NpgsqlException or SocketException or TimeoutException => true,
        _ => false,
    };

    [LoggerMessage(LogLevel.Warning, "PostgreSQL at {Host}, database {Database}, is not available yet, will try again: {Reason}")]
    private partial void LogUnavailable(string? host, string? database, string reason);

    [LoggerMessage(LogLevel.Error, "PostgreSQL at {Host}, database {Database}, refuses the connection, will try again: {SqlState} {Reason}. {Remedy}")]
    private partial void LogRefused(string? host, string? database, string sqlState, string reason, string remedy);
}
