using GameCluster.Push;
using GameCluster.Sessions;

namespace GameCluster.Tests.Sessions;

/// <summary>Which token is good when.</summary>
internal sealed class SessionTokenTests
{
    private static readonly byte[] A = [1], B = [2], C = [3], D = [4];

    [Test]
    public void Use_Twice_IsRefusedOnceTheClientHasSpoken()
    {
        var token = new SessionToken(A);

        Assert.That(token.Use(A, B), Is.EqualTo(SessionResumeStatus.Resumed));
        token.Confirm();
        Assert.That(token.Use(A, C), Is.EqualTo(SessionResumeStatus.Taken));
        Assert.That(token.Use(B, C), Is.EqualTo(SessionResumeStatus.Resumed));
    }

    [Test]
    public void Use_WhenTheWelcomeWasLost_IsGoodAgain()
    {
        var token = new SessionToken(A);

        Assert.That(token.Use(A, B), Is.EqualTo(SessionResumeStatus.Resumed));
        Assert.That(token.Use(A, C), Is.EqualTo(SessionResumeStatus.Resumed));
        Assert.That(token.Use(B, D), Is.EqualTo(SessionResumeStatus.Unknown), "the token of the lost welcome was replaced by that of the next");
        Assert.That(token.Use(C, D), Is.EqualTo(SessionResumeStatus.Resumed));
        Assert.That(token.Use(A, B), Is.EqualTo(SessionResumeStatus.Taken));
    }

    [Test]
    public void Use_InAnAttemptThatWasGivenUp_TakesNothingFromALaterOne()
    {
        var token = new SessionToken(A);

        Assert.That(token.Use(A, B, attempt: 2), Is.EqualTo(SessionResumeStatus.Resumed));
        Assert.That(token.Use(A, C, attempt: 1), Is.EqualTo(SessionResumeStatus.Overtaken));
        token = new SessionToken(token.Image);
        Assert.That(token.Use(A, C, attempt: 1), Is.EqualTo(SessionResumeStatus.Overtaken), "so it is on another silo");
        token.Confirm();
        Assert.That(token.Use(A, C, attempt: 1), Is.EqualTo(SessionResumeStatus.Overtaken));
        Assert.That(token.Use(B, C, attempt: 3), Is.EqualTo(SessionResumeStatus.Resumed), "the later attempt has kept its token");
    }

    [Test]
    public void Use_InALaterAttempt_TakesTheSessionFromAnEarlierOne()
    {
        var token = new SessionToken(A);

        Assert.That(token.Use(A, B, attempt: 1), Is.EqualTo(SessionResumeStatus.Resumed));
        Assert.That(token.Use(A, C, attempt: 1), Is.EqualTo(SessionResumeStatus.Resumed), "the same attempt, asked for again by its gateway");
        Assert.That(token.Use(A, D, attempt: 2), Is.EqualTo(SessionResumeStatus.Resumed));
        Assert.That(token.Use(D, B, attempt: 1), Is.EqualTo(SessionResumeStatus.Resumed), "who has the newest token has the session, whatever it counts");
    }

    [Test]
    public void Use_OfAnotherToken_IsUnknown() => Assert.That(new SessionToken(A).Use(B, C), Is.EqualTo(SessionResumeStatus.Unknown));
}
