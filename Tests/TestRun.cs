using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests;

/// <summary>What starts lazily and lasts for the whole run ends here.</summary>
[SetUpFixture]
internal sealed class TestRun
{
    [OneTimeTearDown]
    public Task StopSharedServersAsync() => PostgresServer.DisposeSharedAsync();
}
