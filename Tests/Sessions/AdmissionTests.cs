using System.Diagnostics.Metrics;
using CsCheck;
using GameCluster.Gateway.Diagnostics;
using GameCluster.Gateway.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace GameCluster.Tests.Sessions;

/// <summary>Who is let in, who waits and who is sent away when many come at once.</summary>
internal sealed class AdmissionTests
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    [OneTimeTearDown]
    public void Dispose() => _services.Dispose();

    [Test]
    public async Task Leave_OthersWait_LetsThoseThatResumeInFirst()
    {
        var admission = New(running: 1, waiting: 10);
        Assert.That(await admission.EnterAsync(resumes: false), Is.True);
        var (beginning, resuming) = (admission.EnterAsync(resumes: false), admission.EnterAsync(resumes: true));

        admission.Leave();
        Assert.That(await resuming, Is.True);
        Assert.That(beginning.IsCompleted, Is.False);
        admission.Leave();
        Assert.That(await beginning, Is.True);
    }

    [Test]
    public async Task Enter_NoPlaceToWait_OneThatResumesTakesThatOfOneThatDoesNot()
    {
        var admission = New(running: 1, waiting: 1);
        await admission.EnterAsync(resumes: true);
        var beginning = admission.EnterAsync(resumes: false);

        Assert.That(await admission.EnterAsync(resumes: false), Is.False);
        Assert.That(admission.TrySendAway(), Is.True);
        var resuming = admission.EnterAsync(resumes: true);
        Assert.That(await beginning, Is.False);
        Assert.That(await admission.EnterAsync(resumes: true), Is.False);
        admission.Leave();
        Assert.That(await resuming, Is.True);
    }

    [Test]
    public async Task Look_WaitedForTooLong_IsSentAway()
    {
        var time = new FakeTimeProvider();
        var admission = New(running: 1, waiting: 10, time);
        await admission.EnterAsync(resumes: false);
        var waiting = admission.EnterAsync(resumes: true);

        time.Advance(Admission.LongestWait + TimeSpan.FromMilliseconds(1));
        admission.Look();

        Assert.That(await waiting, Is.False);
        Assert.That(admission.Queued, Is.Zero);
    }

    [Test]
    public void Hint_MoreWaitAndWereSentAway_IsLaterAndFadesAgain()
    {
        var time = new FakeTimeProvider();
        var admission = New(running: 1, waiting: 100, time);
        Assert.That(admission.Hint, Is.EqualTo(TimeSpan.FromSeconds(1)));
        for (var i = 0; i < 300; i++)
        {
            _ = admission.EnterAsync(resumes: true);
        }

        Assert.That(admission.Hint, Is.InRange(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10)));
        for (var i = 0; i < 100; i++)
        {
            time.Advance(TimeSpan.FromSeconds(0.25));
            admission.Look();
        }

        Assert.That(admission.Hint, Is.EqualTo(TimeSpan.FromSeconds(1)));
    }

    /// <summary>Whatever comes in whatever order: nobody is forgotten, and no more are in or wait than may be.</summary>
    [Test]
    public void Enter_AnyOrder_EverybodyIsToldAndTheLimitsHold() => Gen.Int[0, 9].Array[1, 200].Sample(steps =>
    {
        var time = new FakeTimeProvider();
        var admission = New(running: 3, waiting: 5, time);
        var all = new List<Task<bool>>();
        var left = 0;
        foreach (var step in steps)
        {
            switch (step)
            {
                case < 6:
                    all.Add(admission.EnterAsync(resumes: step % 2 == 0));
                    break;
                case < 9 when all.Count(IsIn) > left:
                    admission.Leave();
                    left++;
                    break;
                default:
                    time.Advance(TimeSpan.FromSeconds(1));
                    admission.Look();
                    break;
            }

            Assert.That(all.Count(IsIn) - left, Is.LessThanOrEqualTo(3));
            Assert.That(all.Count(static task => !task.IsCompleted), Is.EqualTo(admission.Queued).And.LessThanOrEqualTo(5));
        }

        time.Advance(TimeSpan.FromMinutes(1));
        admission.Look();
        Assert.That(all.TrueForAll(static task => task.IsCompleted), Is.True, "everybody is told");
    });

    private static bool IsIn(Task<bool> task) => task is { IsCompletedSuccessfully: true, Result: true };

    private Admission New(int running, int waiting, TimeProvider? time = null) => new(
        time ?? new FakeTimeProvider(),
        Options.Create(new GatewayOptions { MaxHandshakes = running, MaxWaitingHandshakes = waiting }),
        new GatewayMetrics(_services.GetRequiredService<IMeterFactory>()));
}
