using System.Net.Sockets;
using Npgsql;

namespace GameCluster.Gateway.Storage;

/// <summary>A time in which PostgreSQL gave no answer, as this process saw it.</summary>
/// <param name="From">When it had last answered.</param>
/// <param name="Until">When it answered again.</param>
internal sealed record DatabaseOutage(DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>Whether an error says that the server, or the way to it, is gone; the same statement may work later.</summary>
    public static bool IsSignOf(Exception failure) => failure switch
    {
        PostgresException error => error.IsTransient
            || error.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.ReadOnlySqlTransaction,
        NpgsqlException or SocketException or TimeoutException or IOException => true,
        _ => false,
    };
}
