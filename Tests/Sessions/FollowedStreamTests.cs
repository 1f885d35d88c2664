using GameCluster.Gateway.Sessions;
using GameCluster.Push;

namespace GameCluster.Tests.Sessions;

/// <summary>Whose word counts of a stream that has lived on several silos.</summary>
internal sealed class FollowedStreamTests
{
    private static readonly GrainId Room = GrainId.Create("service.tests", "room");

    [Test]
    public void Accepts_WordOfAnEarlierLife_IsRefusedOnceALaterOneWasHeard()
    {
        var followed = new FollowedStream(new SessionStream(1, Room, "tests", "room"), 0);

        Assert.That(followed.Accepts(5), Is.True);
        Assert.That(followed.Accepts(7), Is.True);
        Assert.That(followed.Accepts(5), Is.False);
        Assert.That(followed.Accepts(7), Is.True);
        Assert.That(followed.Accepts(0), Is.True, "a process of an earlier version names none");
    }

    [Test]
    public void Accepts_StreamFollowedFromAnEpochOn_RefusesThoseBefore()
    {
        var followed = new FollowedStream(new SessionStream(1, Room, "tests", "room", Epoch: 6), 0);

        Assert.That((followed.Accepts(5), followed.Accepts(6)), Is.EqualTo((false, true)));
    }
}
