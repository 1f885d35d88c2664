using System.Diagnostics.Metrics;
using GameCluster.Rooms;
using GameCluster.Rooms.Journal;
using GameCluster.Silo.Storage.Journal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace GameCluster.Tests.Storage.Journal;

/// <summary>What a silo has of the journal, without the silo.</summary>
internal sealed class JournalSilo : IAsyncDisposable
{
    private readonly IJournalDatabase _database;
    private readonly JournalMetrics _metrics;
    private readonly AppendQueue _queue;

    public JournalSilo(IJournalDatabase database, string owner = "silo-1", string serviceId = "tests", TimeProvider? time = null, int maxOpenings = 1000)
    {
        _database = database;
        _metrics = new JournalMetrics(new Meters());
        _queue = new AppendQueue(database, _metrics, TimeProvider.System, Logger);
        Journal = new RoomJournal(database, _queue, serviceId, owner, maxOpenings, time ?? TimeProvider.System);
    }

    public IRoomJournal Journal { get; }

    public CollectingLogger Logger { get; } = new();

    public bool IsAway => _queue.IsAway;

    public JournalCleaner Cleaner(RoomOptions options, TimeProvider time) => new(_database, _metrics, Options.Create(options), time, NullLogger<JournalCleaner>.Instance);

    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        await _database.DisposeAsync();
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
