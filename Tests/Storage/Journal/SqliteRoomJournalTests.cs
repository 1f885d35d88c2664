using GameCluster.Silo.Storage;
using GameCluster.Silo.Storage.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace GameCluster.Tests.Storage.Journal;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(120_000)]
internal sealed class SqliteRoomJournalTests : RoomJournalContract
{
    private readonly SqliteFile _file = new();

    protected override Task PrepareAsync() => new SqliteMigrator(_file.ConnectionString, NullLogger.Instance, TimeProvider.System).MigrateAsync(CancellationToken.None);

    protected override void CleanUp() => _file.Dispose();

    protected override IJournalDatabase Connect() => new SqliteJournalDatabase(_file.ConnectionString);
}
