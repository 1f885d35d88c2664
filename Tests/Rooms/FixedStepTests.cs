using GameCluster.Rooms;
using Microsoft.Extensions.Time.Testing;

namespace GameCluster.Tests.Rooms;

internal sealed class FixedStepTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly FakeTimeProvider _time = new();

    [Test]
    public void CountDue_InTime_IsOneAfterEachStep()
    {
        var steps = new FixedStep(Step, _time);
        for (var i = 1; i <= 100; i++)
        {
            Assert.That(steps.UntilNext, Is.EqualTo(Step));
            _time.Advance(Step);
            Assert.That(steps.CountDue(out var skipped), Is.EqualTo(1));
            Assert.That((steps.Next(), skipped), Is.EqualTo((new TickContext(i, Step), 0)));
        }
    }

    [Test]
    public void CountDue_ALittleLate_CatchesUpAndKeepsTheBeat()
    {
        var steps = new FixedStep(Step, _time);
        _time.Advance(3.5 * Step);

        Assert.That(steps.CountDue(out var skipped), Is.EqualTo(3));
        Assert.That(skipped, Is.Zero);
        Assert.That(new[] { steps.Next(), steps.Next(), steps.Next() }.Select(static tick => tick.Number), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(steps.UntilNext, Is.EqualTo(0.5 * Step));
    }

    [Test]
    public void CountDue_FarBehind_GivesUpWhatIsTooLateWithoutAGapInTheNumbers()
    {
        var steps = new FixedStep(Step, _time);
        _time.Advance(100 * Step);

        Assert.That(steps.CountDue(out var skipped), Is.EqualTo(FixedStep.MaxAtOnce));
        Assert.That(skipped, Is.EqualTo(100 - FixedStep.MaxAtOnce));
        for (var i = 1; i <= FixedStep.MaxAtOnce; i++)
        {
            Assert.That(steps.Next().Number, Is.EqualTo(i));
        }

        Assert.That(steps.CountDue(out _), Is.Zero);
        Assert.That(steps.UntilNext, Is.EqualTo(Step));
    }
}
