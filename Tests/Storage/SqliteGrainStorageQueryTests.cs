using GameCluster.Silo.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace GameCluster.Tests.Storage;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SqliteGrainStorageQueryTests : GrainStorageQueryTests
{
    private readonly SqliteFile _file = new();

    [SetUp]
    public async Task SetUpAsync()
    {
        await new SqliteMigrator(_file.ConnectionString, NullLogger.Instance, TimeProvider.System).MigrateAsync(CancellationToken.None);
        Queries = new(() => new SqliteConnection(_file.ConnectionString));
    }

    [TearDown]
    public void TearDown() => _file.Dispose();

    [Test]
    public async Task Keys_OfTheTable_AreThoseOfTheGrainStorageProvider() =>
        Assert.That(await Queries.KeysAsync(), Is.EquivalentTo(new[] { ReadKey, WriteKey, ClearKey, DeleteKey }));
}
