using GameCluster.Push;
using GameCluster.Services;
using GameCluster.Sessions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace GameCluster.Tests.Sessions;

/// <summary>What a window keeps, and what it says when it does not.</summary>
internal sealed class SessionWindowTests
{
    private readonly FakeTimeProvider _time = new();

    private static SessionPush Small => new(1, new byte[10]);

    [Test]
    public void Append_ReliablePushes_AreNumberedFromOne()
    {
        var window = Window();

        Assert.That(new[] { window.Append(Small), window.Append(Small with { Class = DeliveryClass.Droppable }), window.Append(Small) }, Is.EqualTo(new uint[] { 1, 0, 2 }));
    }

    [Test]
    public void Replay_MoreThanTheWindowHolds_SaysWhereItGoesOn()
    {
        var window = Window(options => options.WindowMessages = 3);
        Append(window, 10);

        var replay = window.Replay(2);

        Assert.That((replay.Number, replay.Lost), Is.EqualTo((7u, "window")));
        Assert.That(replay.Pushes.Select(static kept => kept.Number), Is.EqualTo(new uint[] { 8, 9, 10 }));
    }

    [Test]
    public void Replay_AfterTheWindowsTime_SaysWhereItGoesOn()
    {
        var window = Window();
        Append(window, 2);
        _time.Advance(TimeSpan.FromSeconds(40));
        Append(window, 1);
        _time.Advance(TimeSpan.FromSeconds(21));

        var replay = window.Replay(0);

        Assert.That((replay.Number, replay.Lost, replay.Pushes.Count), Is.EqualTo((2u, "window", 1)));
    }

    [Test]
    public void Replay_OfAStreamThatBeganElsewhere_SaysRestarted()
    {
        var window = new SessionWindow(new SessionOptions(), Budget(long.MaxValue), _time, floor: 20);
        Append(window, 1);

        Assert.That((window.Replay(20).Lost, window.Replay(20).Pushes.Single().Number), Is.EqualTo(((string?)null, 21u)));
        Assert.That((window.Replay(19).Number, window.Replay(19).Lost), Is.EqualTo((20u, "restarted")));
    }

    [Test]
    public void Replay_OfMoreThanThereIs_SaysRestarted()
    {
        var window = Window();
        Append(window, 2);

        Assert.That((window.Replay(5).Number, window.Replay(5).Lost), Is.EqualTo((2u, "restarted")));
    }

    [Test]
    public void Append_LatestOfAKey_ReplacesTheEarlier()
    {
        var window = Window();
        foreach (var (key, size) in new[] { ("a", 1), ("b", 2), ("a", 3) })
        {
            window.Append(new SessionPush(1, new byte[size], DeliveryClass.Latest, key));
        }

        Assert.That(window.Replay(0).Pushes.Select(static kept => (kept.Push.Key, kept.Push.Body.Length)), Is.EquivalentTo(new[] { ("a", 3), ("b", 2) }));
    }

    [Test]
    public void Append_OverTheBudget_CostsThoseWhoHaveBeenAwayForLongest()
    {
        var budget = Budget(1200);
        var windows = Enumerable.Range(0, 4).Select(_ => new SessionWindow(new SessionOptions(), budget, _time)).ToList();
        foreach (var window in windows)
        {
            window.Append(new SessionPush(1, new byte[200]));
        }

        budget.OnAway(windows[2]);
        budget.OnAway(windows[1]);
        windows[3].Append(new SessionPush(1, new byte[100]));

        Assert.That(windows.Select(static window => window.Count), Is.EqualTo(new[] { 1, 1, 0, 2 }));
        Assert.That((windows[2].Replay(0).Number, windows[2].Replay(0).Lost), Is.EqualTo((1u, "budget")));
    }

    [Test]
    public void Append_OverTheBudgetAgain_CostsThoseAwayAgain()
    {
        var budget = Budget(1200);
        var (away, here) = (new SessionWindow(new SessionOptions(), budget, _time), new SessionWindow(new SessionOptions(), budget, _time));
        Append(away, 5);
        budget.OnAway(away);
        Append(here, 12);
        Assert.That((away.Count, here.Count), Is.EqualTo((0, 12)));

        Append(away, 3);
        Append(here, 2);

        Assert.That((away.Count, here.Count), Is.EqualTo((0, 14)), "who is away pays before who is here, however often");
    }

    [Test]
    public void Append_OverTheBudgetWithNobodyAway_CostsTheOneThatGrew()
    {
        var budget = Budget(300);
        var (quiet, grown) = (new SessionWindow(new SessionOptions(), budget, _time), new SessionWindow(new SessionOptions(), budget, _time));
        quiet.Append(Small);
        Append(grown, 10);

        Assert.That((quiet.Count, grown.Replay(0).Lost), Is.EqualTo((1, "budget")));
        Assert.That(budget.Taken, Is.EqualTo(quiet.Bytes + grown.Bytes));
    }

    [Test]
    public void TryTake_ForARoomOverTheBudget_CostsThoseAwayAndElseIsRefused()
    {
        var budget = Budget(600);
        var (away, present) = (new SessionWindow(new SessionOptions(), budget, _time), new SessionWindow(new SessionOptions(), budget, _time));
        away.Append(new SessionPush(1, new byte[200]));
        present.Append(new SessionPush(1, new byte[50]));
        budget.OnAway(away);

        Assert.That(budget.TryTake(400), Is.True);
        Assert.That((away.Count, present.Count), Is.EqualTo((0, 1)));
        Assert.That(budget.TryTake(400), Is.False, "nobody is away any more");
        Assert.That(budget.Taken, Is.EqualTo(400 + present.Bytes));
    }

    private static WindowBudget Budget(long bytes) => new(Options.Create(new SessionOptions { WindowBudgetBytes = bytes }));

    private SessionWindow Window(Action<SessionOptions>? configure = null)
    {
        var options = new SessionOptions();
        configure?.Invoke(options);
        return new SessionWindow(options, Budget(long.MaxValue), _time);
    }

    private static void Append(SessionWindow window, int count)
    {
        for (var i = 0; i < count; i++)
        {
            window.Append(Small);
        }
    }
}
