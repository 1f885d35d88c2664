namespace GameCluster.Tests.Storage;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PostgreSqlGrainStorageQueryTests : GrainStorageQueryTests
{
    [SetUp]
    public async Task SetUpAsync() => Queries = await MigratedPostgres.QueriesAsync();
}
