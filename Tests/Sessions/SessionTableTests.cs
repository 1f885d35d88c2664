using GameCluster.Gateway.Sessions;
using GameCluster.Push;
using GameCluster.Sessions;
using Microsoft.Extensions.Options;

namespace GameCluster.Tests.Sessions;

/// <summary>Which of two connections of one session a gateway goes on with.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SessionTableTests
{
    private readonly SessionTable _table = new();
    private readonly SessionId _id = SessionId.Create();

    [Test]
    public void Add_OfTwoAttachmentsOfASession_TheEarlierGivesWay([Values] bool isSeenFirst)
    {
        var (earlier, later) = (Attachment(2), Attachment(3));

        var (first, second) = isSeenFirst ? (earlier, later) : (later, earlier);
        Assert.That(_table.Add(first), Is.Null);
        Assert.That(_table.Add(second), Is.SameAs(earlier));

        Assert.That(_table.TryGet(_id, out var found) ? found : null, Is.SameAs(later));
        _table.BeginEnd(earlier);
        Assert.That(_table.TryGet(_id, out found) ? found : null, Is.SameAs(later), "the end of the one changes nothing for the other");
        Assert.That((_table.Count, _table.Ending), Is.EqualTo((1, 1)));
    }

    /// <summary>A session as it is taken over: nothing is sent or called.</summary>
    private Session Attachment(long epoch)
    {
        var context = new SessionContext(
            null!, null!, null!, _table, null!, null!, TimeProvider.System, Options.Create(new GatewayOptions()), Options.Create(new SessionOptions()), null!, null!);
        var session = new Session(_id, null!, context);
        session.GoOn(new SessionResumption(SessionResumeStatus.Resumed, epoch, SessionRecord.Empty), ResumeToken.Create(_id), new Hello([1], null, ClientStreams.None, 0, 0));
        return session;
    }
}
