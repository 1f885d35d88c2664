using System.Security.Cryptography;
using GameCluster.LoadTest.Processes;
using Npgsql;

namespace GameCluster.LoadTest.Chaos.Clusters;

/// <summary>Gives each run of a scenario a database of its own, on one PostgreSQL for all of them.</summary>
/// <param name="given">Connection string for a user who may create databases; null: a PostgreSQL is started.</param>
/// <param name="fsync">Whether one that is started waits for the disk.</param>
internal sealed class RunDatabases(string? given, bool fsync) : IAsyncDisposable
{
    private const int NameBytes = 6;

    /// <summary>The PostgreSQL that was started here, which may be disturbed.</summary>
    public PostgresInstance? Own { get; private set; }

    /// <summary>Creates an empty database.</summary>
    /// <exception cref="InvalidDataException">There is no PostgreSQL, or it refuses; the text says what to do.</exception>
    public async Task<string> CreateAsync()
    {
        if (given is null)
        {
            Own ??= await PostgresInstance.TryStartNewAsync(fsync) ?? throw new InvalidDataException(
                "This needs a PostgreSQL of its own: install it (the programs are enough, Debian: apt-get install postgresql), or start Docker, or give --postgres a connection string of a user who may create databases.");
        }

        try
        {
            return await PostgresDatabase.CreateAsync(given ?? Own!.ConnectionString, $"chaos_{RandomNumberGenerator.GetHexString(NameBytes, lowercase: true)}");
        }
        catch (Exception e) when (e is NpgsqlException or ArgumentException)
        {
            throw new InvalidDataException($"No database could be created{(given is null ? "" : " on the PostgreSQL that --postgres names; its user needs the right to do that")}: {e.Message}", e);
        }
    }

    /// <summary>A run is over, its cluster has ended. What is on a PostgreSQL of our own goes with it.</summary>
    public async Task DropAsync(string connectionString)
    {
        if (given is null)
        {
            return;
        }

        try
        {
            await PostgresDatabase.DropAsync(given, new NpgsqlConnectionStringBuilder(connectionString).Database!);
        }
        catch (NpgsqlException e)
        {
            Console.Error.WriteLine($"A database that this has created stays behind: {e.Message}");
        }
    }

    /// <summary>Ends the PostgreSQL that was started, whatever state it is in. The next run would get another.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Own is { } own)
        {
            Own = null;
            await own.DisposeAsync();
        }
    }
}
