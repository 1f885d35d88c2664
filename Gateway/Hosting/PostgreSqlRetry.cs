using GameCluster.Gateway.Storage;
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
        _settings = DatabaseSettings.Unpooled(connectionString);

        // A migration, or the wait for another process's, may outlast any command time-out; a lost host is noticed by TCP.
        _settings.CommandTimeout = 0;
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
        catch (Exception failure) when (DatabaseOutage.IsSignOf(failure))
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

    [LoggerMessage(LogLevel.Warning, "PostgreSQL at {Host}, database {Database}, is not available yet, will try again: {Reason}")]
    private partial void LogUnavailable(string? host, string? database, string reason);

    [LoggerMessage(LogLevel.Error, "PostgreSQL at {Host}, database {Database}, refuses the connection, will try again: {SqlState} {Reason}. {Remedy}")]
    private partial void LogRefused(string? host, string? database, string sqlState, string reason, string remedy);
}
