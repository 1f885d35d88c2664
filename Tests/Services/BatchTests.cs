using GameCluster.Push;
using GameCluster.Services;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.Rooms;
using Orleans.Configuration;

namespace GameCluster.Tests.Services;

/// <summary>What travels together between members, which take messages of a certain size only.</summary>
internal sealed class BatchTests
{
    private const int Megabyte = 1024 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Test]
    public async Task Complete_MoreLargeRepliesThanFitInAMessage_AllArrive()
    {
        await using var cluster = await RoomCluster.StartAsync(
            2, static silo => silo.Configure<SiloMessagingOptions>(static messaging => messaging.MaxMessageBodySize = 16 * Megabyte), typeof(ProbeRoom));
        var (outboxes, gateway) = (cluster.Get<GatewayOutboxes>(0), cluster.Silos[1].SiloAddress);
        var reply = new LaneReply(1, [new OutboundFrame(FrameKind.Reply, 7, 0, new byte[Megabyte / 4])], null, cluster.Silos[0].SiloAddress);

        for (var ticket = 1; ticket <= 100; ticket++)
        {
            outboxes.Complete(gateway, new LaneCompletion(ticket, reply, DeliveryFailure.None));
        }

        var records = cluster.Get<GatewayRecords>(1);
        await Wait.UntilAsync(() => records.Completed.Count == 100, Limit, "100 replies", () => $"{records.Completed.Count} came");
    }

    [Test]
    public async Task Add_ManyItems_TravelsInPortionsOfCountAndSize()
    {
        var (batches, first, done) = (new List<int[]>(), new TaskCompletionSource(), new TaskCompletionSource());
        var link = new BatchLink<int>(
            async batch =>
            {
                batches.Add(batch);
                await first.Task;
                if (batches.Sum(static sent => sent.Length) == 605)
                {
                    done.SetResult();
                }
            },
            static size => size);
        link.Add(0);
        await Wait.UntilAsync(() => batches.Count == 1, Limit, "the first to go alone");
        foreach (var size in Enumerable.Repeat(0, 600).Concat([Megabyte, 2 * Megabyte, 9 * Megabyte, 1]))
        {
            link.Add(size);
        }

        first.SetResult();
        await done.Task.WaitAsync(Limit);

        Assert.That(batches.Select(static batch => batch.Length), Is.EqualTo(new[] { 1, 512, 90, 1, 1 }));
        Assert.That(batches[3], Is.EqualTo(new[] { 9 * Megabyte }), "one that is too large by itself goes alone");
    }
}
