using Npgsql;

namespace GameCluster.Gateway.Storage;

/// <summary>
/// Every time-out of every connection to PostgreSQL, in one place. They are not options: what a connection string says of them is overruled, so that a
/// database that stands still holds nobody up for longer than <see cref="CommandTimeoutSeconds"/>.
/// </summary>
internal static class DatabaseSettings
{
    /// <summary>
    /// A new connection, login included. Longer than a busy server needs for its login; a server that is frozen, or a network that swallows packets, costs no more.
    /// </summary>
    public const int ConnectTimeoutSeconds = 3;

    /// <summary>
    /// One statement. Shorter than a gateway's request time-out (5 s), so that whoever waits for the storage is told what is wrong instead of running out of time;
    /// far longer than any statement of ours takes.
    /// </summary>
    public const int CommandTimeoutSeconds = 4;

    /// <summary>A statement that ran out of time ends its connection, without waiting for what becomes of its cancellation.</summary>
    private const int NoCancellation = -1;

    /// <summary>
    /// An idle connection whose host has vanished without a word (power, firewall, failover) is dropped by the kernel after 5 s and 9 questions 2 s apart,
    /// instead of failing the statement that would use it hours later.
    /// </summary>
    private const int TcpIdleSeconds = 5;
    private const int TcpIntervalSeconds = 2;

    /// <summary>A connection string as it is used, whoever uses it.</summary>
    public static NpgsqlConnectionStringBuilder Of(string connectionString) => new(connectionString)
    {
        Timeout = ConnectTimeoutSeconds,
        CommandTimeout = CommandTimeoutSeconds,
        CancellationTimeout = NoCancellation,
        TcpKeepAlive = true,
        TcpKeepAliveTime = TcpIdleSeconds,
        TcpKeepAliveInterval = TcpIntervalSeconds,
    };

    /// <summary>
    /// For statements whose callers stop waiting by themselves. When Npgsql's own time-out ends a statement, it asks the server to cancel it, and a thread stands still
    /// until a frozen server answers that; the few threads of a small machine are soon gone. What asks regularly must not cost one each time.
    /// </summary>
    public static NpgsqlConnectionStringBuilder Untimed(NpgsqlConnectionStringBuilder settings)
    {
        settings.CommandTimeout = 0;
        return settings;
    }

    /// <summary>
    /// For connections of one purpose: closing one ends its session on the server, and with it every lock the session holds.
    /// </summary>
    public static NpgsqlConnectionStringBuilder Unpooled(string connectionString)
    {
        var settings = Of(connectionString);
        settings.Pooling = false;
        return settings;
    }
}
