using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using GameCluster.LoadTest.Processes;
using GameCluster.Rooms.Journal;
using GameCluster.Silo.Storage;
using GameCluster.Silo.Storage.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace GameCluster.Benchmarks;

/// <summary>
/// What durable rooms can write: so many rooms at once, each its next entry as soon as the last one is safe. On a PostgreSQL of its own that flushes to the disk, and on SQLite.
/// </summary>
internal static class JournalRun
{
    private static readonly int[] Rooms = [1, 16, 256];
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly byte[] Body = new byte[200];

    /// <param name="seconds">Measured time for each number of rooms.</param>
    /// <param name="connections">How many connections append, each for its share of the rooms; a silo has one.</param>
    public static async Task RunAsync(double seconds, int connections)
    {
        Console.WriteLine("| database | rooms | entries/s | entries per CPU second: silo | silo and database | p50 | p99 | entries per batch |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        await RunPostgreSqlAsync(seconds, connections);
        await RunSqliteAsync(seconds);
    }

    private static async Task RunPostgreSqlAsync(double seconds, int connections)
    {
        var binaries = PostgresBinaries.Find() ?? throw new InvalidOperationException("There is no PostgreSQL installed.");
        await using var server = await PostgresLocalInstance.CreateAsync(binaries, durable: true);
        await new PostgreSqlMigrator(server.ConnectionString, NullLogger.Instance, TimeProvider.System).MigrateAsync(CancellationToken.None);
        var postmaster = await FindPostmasterAsync(server.ConnectionString);
        foreach (var rooms in Rooms)
        {
            await RunAsync("PostgreSQL", new PostgreSqlJournalDatabase(server.ConnectionString), rooms, seconds, connections, () => CpuOfServer(postmaster));
        }
    }

    private static async Task RunSqliteAsync(double seconds)
    {
        var folder = Directory.CreateTempSubdirectory("gamecluster-journal-");
        var connection = new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder.FullName, "game.db") }.ConnectionString;
        await new SqliteMigrator(connection, NullLogger.Instance, TimeProvider.System).MigrateAsync(CancellationToken.None);
        foreach (var rooms in Rooms)
        {
            await RunAsync("SQLite", new SqliteJournalDatabase(connection), rooms, seconds, connections: 1, static () => TimeSpan.Zero);
        }

        SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }

    private static async Task RunAsync(string name, IJournalDatabase database, int rooms, double seconds, int connections, Func<TimeSpan> cpuOfServer)
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new JournalMetrics(services.GetRequiredService<IMeterFactory>());
        var queues = Enumerable.Range(0, connections).Select(_ => new AppendQueue(database, metrics, TimeProvider.System, NullLogger.Instance)).ToList();
        var journals = queues.ConvertAll(queue => new RoomJournal(database, queue, "benchmark", "silo", 2, TimeProvider.System));
        var claims = await Task.WhenAll(Enumerable.Range(0, rooms).Select(async _ => (await journals[0].CreateAsync(new RoomName("board", Guid.NewGuid().ToString("N"))))!));
        using var batches = new BatchCounter();
        using var stop = new CancellationTokenSource();
        var times = new List<double>[rooms];
        var begin = long.MaxValue;
        var writing = Task.WhenAll(claims.Select((claim, number) => Task.Run(() => WriteAsync(journals[number % connections], claim, times[number] = [], () => Volatile.Read(ref begin), stop.Token))));

        await Task.Delay(WarmUp);
        var (cpu, cpuServer, batchesBefore) = (Environment.CpuUsage.TotalTime, cpuOfServer(), batches.Count);
        Volatile.Write(ref begin, Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        var elapsed = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        (cpu, cpuServer, var batchCount) = (Environment.CpuUsage.TotalTime - cpu, cpuOfServer() - cpuServer, batches.Count - batchesBefore);
        await stop.CancelAsync();
        await writing;
        foreach (var queue in queues)
        {
            await queue.DisposeAsync();
        }

        await database.DisposeAsync();

        var all = times.SelectMany(static list => list).Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {rooms} | {all.Count / elapsed:n0} | {all.Count / cpu.TotalSeconds:n0} | {all.Count / (cpu + cpuServer).TotalSeconds:n0} | {At(all, 0.5):0.00} ms | {At(all, 0.99):0.00} ms | {(double)all.Count / batchCount:0.0} |"));
    }

    private static async Task WriteAsync(RoomJournal journal, RoomClaim claim, List<double> times, Func<long> begin, CancellationToken stop)
    {
        for (var version = 1L; !stop.IsCancellationRequested; version++)
        {
            var start = Stopwatch.GetTimestamp();
            if (await journal.AppendAsync(claim, new JournalEntry(version, Body)) is var outcome and not AppendOutcome.Appended)
            {
                throw new InvalidOperationException($"An entry was not appended but is {outcome}: the disk is too slow for this run.");
            }

            if (start >= begin())
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }
    }

    private static double At(List<double> sorted, double part) => sorted.Count == 0 ? 0 : sorted[(int)(part * (sorted.Count - 1))];

    private static async Task<int> FindPostmasterAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
        return ParentOf((int)(await command.ExecuteScalarAsync())!);
    }

    /// <summary>CPU time of the server and its processes. Linux only, elsewhere zero.</summary>
    private static TimeSpan CpuOfServer(int postmaster) => OperatingSystem.IsLinux()
        ? new(Process.GetProcesses().Where(process => process.Id == postmaster || ParentOf(process.Id) == postmaster).Sum(CpuOf))
        : TimeSpan.Zero;

    private static long CpuOf(Process process)
    {
        try
        {
            return process.TotalProcessorTime.Ticks;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }

    private static int ParentOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private sealed class BatchCounter : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _count;

        public BatchCounter()
        {
            _listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "gamecluster.journal.batch")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<int>((_, _, _, _) => Interlocked.Increment(ref _count));
            _listener.Start();
        }

        public long Count => Interlocked.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }
}
