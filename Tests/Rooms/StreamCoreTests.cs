using GameCluster.Rooms;
using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Tests.Rooms;

internal sealed class StreamCoreTests
{
    private static readonly SessionId Ann = StreamCluster.Session(1);
    private static readonly SessionId Bob = StreamCluster.Session(2);

    [Test]
    public void Publish_MembersOfTwoGateways_IsOneDeliveryEachWithTheSameBody()
    {
        var cluster = new StreamCluster();
        for (var i = 0; i < 10; i++)
        {
            cluster.Join(StreamCluster.Session(i));
            cluster.Resume(StreamCluster.Session(i), i % 2, 1);
        }

        cluster.Publish("hello");

        Assert.That(cluster.Deliveries.Select(made => made.Delivery.MemberSpan.Length), Is.EqualTo(new[] { 5, 5 }));
        Assert.That(cluster.Deliveries[0].Delivery.Body, Is.SameAs(cluster.Deliveries[1].Delivery.Body));
    }

    [Test]
    public void Resume_AfterJoining_BringsWhatWasSaidMeanwhileFromNumberOne()
    {
        var cluster = new StreamCluster();
        cluster.Publish("before");
        cluster.Join(Ann);
        cluster.Publish("one");
        cluster.Publish("two", StreamAudience.Only(Ann));

        Assert.That(cluster.Resume(Ann, 0, 1), Is.EqualTo(new StreamResume(StreamResumeStatus.Resumed, 0)));
        Assert.That(cluster[Ann].Received, Is.EqualTo(new Dictionary<uint, string> { [1] = "one", [2] = "two" }));
    }

    [Test]
    public void Resume_PrivateMessageToAnother_TakesNoNumber()
    {
        var cluster = With(Ann, Bob);
        cluster.Publish("for Bob", StreamAudience.Only(Bob));
        cluster.Publish("for all");

        Assert.That(cluster[Ann].Received, Is.EqualTo(new Dictionary<uint, string> { [1] = "for all" }));
        Assert.That(cluster[Bob].Last, Is.EqualTo(2));
    }

    [Test]
    public void FindMissing_OfFollowers_AreThoseWhoAreNotThere()
    {
        var cluster = With(Ann, Bob);
        cluster.Core.Away(Bob, 1);
        var stranger = StreamCluster.Session(3);

        Assert.That(cluster.Core.FindMissing(StreamCluster.Gateway(0), [Ann, Bob, stranger]), Is.EqualTo(new[] { Bob, stranger }));
        Assert.That(cluster.Core.FindMissing(StreamCluster.Gateway(1), [Ann]), Is.EqualTo(new[] { Ann }));
    }

    [Test]
    public void Resume_BeyondTheAge_IsAResyncByWindow()
    {
        var cluster = With(Ann);
        cluster.Core.Away(Ann, 1);
        cluster.Publish("missed");
        cluster.Time.Advance(TimeSpan.FromSeconds(61));

        Assert.That(cluster.Resume(Ann, 1, 2), Is.EqualTo(new StreamResume(StreamResumeStatus.Resync, 1, "window")));
    }

    [Test]
    public void Resume_BeyondTheBudget_IsAResyncByBudget()
    {
        var cluster = new StreamCluster(budget: Budgets.Of(150));
        cluster.Join(Ann);
        cluster.Publish("a message");
        cluster.Publish("another one");
        cluster.Publish("and a third");

        Assert.That(cluster.Resume(Ann, 0, 1), Is.EqualTo(new StreamResume(StreamResumeStatus.Resync, 3, "budget")));
    }

    [Test]
    public void Resume_FromMoreThanThereWas_IsAResyncAfterARestart()
    {
        var cluster = new StreamCluster();
        cluster.Join(Ann);
        cluster.Publish("one");

        Assert.That(cluster.Resume(Ann, 0, 1, lastNumber: 57), Is.EqualTo(new StreamResume(StreamResumeStatus.Resync, 1, "restarted")));
    }

    [Test]
    public void Resume_LatestAndDroppable_BringsTheNewestOfEachKeyOnly()
    {
        var cluster = new StreamCluster();
        cluster.Join(Ann);
        cluster.Publish("a1", default, DeliveryClass.Latest, "a");
        cluster.Publish("b1", default, DeliveryClass.Latest, "b");
        cluster.Publish("a2", default, DeliveryClass.Latest, "a");
        cluster.Publish("gone", default, DeliveryClass.Droppable);
        cluster.Publish("c1", default, DeliveryClass.Latest, "c");
        cluster.Core.Forget(1, "c");

        cluster.Resume(Ann, 0, 1);

        Assert.That(cluster[Ann].Unnumbered, Is.EqualTo(new[] { "b1", "a2" }));
        Assert.That(cluster[Ann].Last, Is.Zero);
    }

    [Test]
    public void Publish_ToOneWhoIsNotThere_KeepsNothing()
    {
        var budget = Budgets.Of(long.MaxValue);
        var cluster = new StreamCluster(budget: budget);
        cluster.Publish("lost", StreamAudience.Only(Ann));
        cluster.Publish("lost", StreamAudience.Only(Ann), DeliveryClass.Latest, "k");

        Assert.That(budget.Taken, Is.Zero);
    }

    [Test]
    public void Lose_TakenUpSince_Stays()
    {
        var cluster = With(Ann, Bob);
        var madeAt = cluster.Core.TryFind(Bob, out var bob) ? bob.TakenUpAt : 0;
        cluster.Resume(Ann, 0, 2);

        Assert.That(cluster.Core.Lose(StreamCluster.Gateway(0), [Ann, Bob], madeAt), Is.EqualTo(new[] { bob }));
        Assert.That(bob!.Gateway, Is.Null);
    }

    [Test]
    public void Repeat_TheLastDeliveryWasLost_ShowsTheGap()
    {
        var cluster = With(Ann);
        cluster.IsDeaf = static _ => true;
        cluster.Publish("one");
        cluster.Publish("two");
        cluster.IsDeaf = static _ => false;

        cluster.Core.Repeat(StreamCluster.Gateway(0));
        Assert.That(cluster[Ann].HasGap, Is.True);

        cluster.Resume(Ann, 0, 2);
        Assert.That(cluster[Ann].Received.Values, Is.EqualTo(new[] { "one", "two" }));
    }

    [Test]
    public void Close_MembersSomewhere_TellsTheirGateways()
    {
        var cluster = With(Ann, Bob);
        cluster.Core.Away(Bob, 1);

        cluster.Core.Close();

        Assert.That(cluster.Closed, Is.EqualTo(new[] { (StreamCluster.Gateway(0), Ann) }));
        Assert.That(cluster.Core.Count, Is.Zero);
    }

    private static StreamCluster With(params SessionId[] sessions)
    {
        var cluster = new StreamCluster();
        foreach (var session in sessions)
        {
            cluster.Join(session);
            cluster.Resume(session, 0, 1);
        }

        return cluster;
    }
}
