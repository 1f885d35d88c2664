using CsCheck;
using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Histories.Checks;

namespace GameCluster.Tests.Histories;

/// <summary>The checks are worth what they catch: nothing in a correct run, every bug in a wrong one.</summary>
internal sealed class SeededBugTests
{
    private static readonly CheckLimits Limits = new();

    [Test]
    public void Check_CorrectRun_Passes() => ModelStep.Runs.Sample(static steps =>
    {
        var verdict = Verdict.Of(ModelRun.Of(steps), Limits);

        Assert.That(verdict.Passed, Is.True, verdict.ToString);
    }, iter: 1000);

    [Test]
    public void Check_CorrectRun_ExaminesEachPromise() => Assert.That(
        Verdict.Of(ModelRun.Of([]), Limits).Checks.Where(static check => check.Examined == 0).Select(static check => check.Name), Is.EqualTo(new[] { "resources" }));

    [TestCaseSource(typeof(Mutants), nameof(Mutants.All))]
    public void Check_SeededBug_IsCaught(object bug)
    {
        var mutant = (Mutant)bug;
        var seeded = 0;
        Gen.Select(ModelStep.Runs, Gen.Int[0, int.MaxValue]).Sample((steps, pick) => seeded += Seed(mutant, steps, pick) ? 1 : 0, threads: 1);

        Assert.That(seeded, Is.GreaterThan(50), "runs with a place for this bug");
    }

    /// <summary>False if the run has no place for the bug: a few are too short.</summary>
    private static bool Seed(Mutant mutant, ModelStep[] steps, int pick)
    {
        var events = ModelRun.Of(steps);
        var places = mutant.Places(events).ToList();
        if (places.Count == 0)
        {
            return false;
        }

        var place = places[pick % places.Count];
        var at = events[place];

        mutant.Apply(events, place);

        var verdict = Verdict.Of(events, Limits);
        var caught = verdict.Checks.Single(check => check.Name == mutant.CaughtBy);
        Assert.That(caught.Passed, Is.False, () => $"at {at}\n{verdict}");
        Assert.That(caught.First, Is.Not.Empty);
        return true;
    }
}
