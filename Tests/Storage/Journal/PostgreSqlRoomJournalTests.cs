using GameCluster.Silo.Storage.Journal;

namespace GameCluster.Tests.Storage.Journal;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(120_000)]
internal sealed class PostgreSqlRoomJournalTests : RoomJournalContract
{
    private string _database = "";

    protected override async Task PrepareAsync() => _database = await MigratedPostgres.CreateAsync();

    protected override void CleanUp()
    {
    }

    protected override IJournalDatabase Connect() => new PostgreSqlJournalDatabase(_database);
}
