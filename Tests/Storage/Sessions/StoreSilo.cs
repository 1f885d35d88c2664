using System.Diagnostics.Metrics;
using System.Net;
using GameCluster.Gateway.Storage;
using GameCluster.Silo.Storage.Sessions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace GameCluster.Tests.Storage.Sessions;

/// <summary>What a silo has of the store of sessions that are away, without the silo.</summary>
internal sealed class StoreSilo : IAsyncDisposable, IMeterFactory
{
    private readonly DatabaseWatch _database;
    private readonly MeterListener _listener = new();
    private readonly List<int> _portions = [];
    private long _dropped;

    private StoreSilo(string connectionString, int number, string serviceId)
    {
        Address = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11000 + number), 1);
        _database = new DatabaseWatch([], connectionString, this, TimeProvider.System, NullLogger<DatabaseWatch>.Instance);
        _listener.SetMeasurementEventCallback<int>((_, sessions, _, _) => Note(() => _portions.Add(sessions)));
        _listener.SetMeasurementEventCallback<long>((instrument, count, _, _) => Note(() => _dropped += instrument.Name == "gamecluster.away.dropped" ? count : 0));
        var metrics = new AwayMetrics(this);
        _listener.Start();
        Store = new PostgreSqlSessionStore(connectionString, serviceId, Address, _database, metrics, TimeProvider.System, new LoggerFactory([new Provider(Logger)]).CreateLogger<PostgreSqlSessionStore>());
    }

    public SiloAddress Address { get; }

    public PostgreSqlSessionStore Store { get; }

    public CollectingLogger Logger { get; } = new();

    /// <summary>How many sessions each statement was for.</summary>
    public int[] Portions
    {
        get
        {
            lock (_portions)
            {
                return [.. _portions];
            }
        }
    }

    public long Dropped
    {
        get
        {
            lock (_portions)
            {
                return _dropped;
            }
        }
    }

    public bool IsDatabaseAway => _database.Failure is not null;

    public static async Task<StoreSilo> StartAsync(string connectionString, int number = 1, string serviceId = "tests")
    {
        var silo = new StoreSilo(connectionString, number, serviceId);
        await silo._database.StartAsync(CancellationToken.None);
        return silo;
    }

    /// <inheritdoc />
    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        var meter = new Meter(options);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, this))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        return meter;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await _database.StopAsync(CancellationToken.None);
        _database.Dispose();
        _listener.Dispose();
    }

    void IDisposable.Dispose()
    {
    }

    private void Note(Action note)
    {
        lock (_portions)
        {
            note();
        }
    }

    private sealed class Provider(ILogger logger) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => logger;

        public void Dispose()
        {
        }
    }
}
