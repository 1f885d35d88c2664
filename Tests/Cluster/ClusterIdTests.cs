using System.Net;
using System.Net.Http.Json;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>Clusters of different names on one database.</summary>
internal sealed class ClusterIdTests
{
    [Test]
    public async Task Start_TwoClustersOnOneDatabase_KnowNothingOfEachOther()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var red = Start(database, "red");
        await using var blue = Start(database, "blue");

        // Each waits until it sees one member, and no more.
        await Task.WhenAll(red.ReadyAsync(), blue.ReadyAsync());

        await using var reds = await Players.LogInAsync(red.Silos, 2);
        await using var blues = await Players.LogInAsync(blue.Silos, 1);
        var session = await red.Silos[0].SessionOfAsync(reds.Names[0]);
        using var kick = await blue.Silos[0].Admin.PostAsJsonAsync($"admin/v1/sessions/{session}/kick", new { reason = "not yours" });
        Assert.That(kick.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await blue.Silos[0].SessionsAsync(), Has.Count.EqualTo(1));
        Assert.That(await red.Silos[0].SessionsAsync(), Has.Count.EqualTo(2));
        ProcessLog.AssertClean([.. red.Silos, .. blue.Silos]);
    }

    private static ClusterOfProcesses Start(string database, string name)
    {
        var cluster = new ClusterOfProcesses(database);
        cluster.AddSilo("gateway,*", new Dictionary<string, string> { ["GameCluster__Node__ClusterId"] = name, ["GameCluster__Node__ServiceId"] = name });
        return cluster;
    }
}
