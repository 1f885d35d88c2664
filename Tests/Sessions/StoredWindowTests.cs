using System.Globalization;
using System.Text;
using CsCheck;
using GameCluster.Push;
using GameCluster.Sessions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace GameCluster.Tests.Sessions;

/// <summary>A window that goes on from an image of a while ago, as its silo has died: what came after the image is missing, and never in silence.</summary>
internal sealed class StoredWindowTests
{
    private static readonly SessionOptions Limits = new() { WindowMessages = 16 };

    private enum Step
    {
        Push,
        Acknowledge,
        GoAway,
        Store,
        Die,
        ComeBack,
        ComeBackAndLoseTheAnswer,
    }

    private static Gen<Step> Steps => Gen.Frequency<Step>(
        (10, Gen.Const(Step.Push)), (2, Gen.Const(Step.Acknowledge)), (3, Gen.Const(Step.GoAway)), (2, Gen.Const(Step.Store)), (2, Gen.Const(Step.Die)), (3, Gen.Const(Step.ComeBack)),
        (1, Gen.Const(Step.ComeBackAndLoseTheAnswer)));

    [Test]
    public void Resume_OfAnOlderImage_TellsOfTheLossAndKeepsWhatTheImageHas()
    {
        var run = new Run();
        run.Take(Step.Push);
        run.Take(Step.GoAway);
        run.Take(Step.Push);
        run.Take(Step.Store);
        run.Take(Step.Push);
        run.Take(Step.Die);
        run.Take(Step.Push);
        run.Take(Step.ComeBack);

        Assert.That(run.Has, Is.EqualTo(new[] { "1", "restarted", "2", "4" }));
    }

    [Test]
    public void Resume_OfAnOlderImageThatHasEverything_SaysThatSomethingMayBeMissing()
    {
        var run = new Run();
        run.Take(Step.GoAway);
        run.Take(Step.Die);
        run.Take(Step.ComeBack);
        run.Take(Step.Push);
        run.Take(Step.GoAway);
        run.Take(Step.ComeBack);

        Assert.That(run.Has, Is.EqualTo(new[] { "restarted", "1" }), "it is told once");
    }

    [Test]
    public void Resume_WhateverHappens_NothingIsMissingInSilenceAndNothingComesTwice() => Steps.List[0, 60].Sample(
        steps =>
        {
            var run = new Run();
            steps.ForEach(run.Take);
            run.Take(Step.ComeBack);
            run.Check();
        },
        iter: 4000);

    /// <summary>A session's window, and the client that it is for.</summary>
    private sealed class Run
    {
        private readonly FakeTimeProvider _time = new();
        private readonly WindowBudget _budget = new(Options.Create(Limits));
        private readonly List<(string Text, int Pushed)> _has = [];
        private SessionWindow _window;
        private SessionWindowImage? _stored;
        private uint _last;
        private int _pushed;

        public Run() => _window = new SessionWindow(Limits, _budget, _time);

        /// <summary>What came, and what was said to be missing.</summary>
        public IEnumerable<string> Has => _has.Select(static entry => entry.Text);

        private bool IsAway => _stored is not null;

        public void Take(Step step)
        {
            switch (step)
            {
                case Step.Push:
                    var number = _window.Append(new SessionPush(1, Encoding.ASCII.GetBytes($"{++_pushed}")));
                    if (!IsAway)
                    {
                        Receive(number, $"{_pushed}");
                    }

                    break;
                case Step.Acknowledge when !IsAway:
                    _window.Acknowledge(_last);
                    break;
                case Step.GoAway:
                    _stored ??= _window.Image;
                    break;
                case Step.Store when IsAway:
                    _stored = _window.Image;
                    break;
                case Step.Die when _stored is { } image:
                    _window = new SessionWindow(Limits, _budget, _time, image);
                    _window.ExpectLoss();
                    break;
                case Step.ComeBack when IsAway:
                    _stored = null;
                    Receive(_window.Resume(_last));
                    break;
                case Step.ComeBackAndLoseTheAnswer when IsAway:
                    _window.Resume(_last);
                    _stored = _window.Image;
                    break;
            }
        }

        /// <summary>What is told to be missing may be anything that was pushed until then.</summary>
        public void Check()
        {
            var before = 0;
            var excused = 0;
            foreach (var (entry, pushed) in _has)
            {
                if (!int.TryParse(entry, CultureInfo.InvariantCulture, out var mark))
                {
                    excused = pushed;
                    continue;
                }

                Assert.That(mark > before && mark <= Math.Max(before, excused) + 1, Is.True, $"{mark} after {before}: {this}");
                before = mark;
            }

            Assert.That(Math.Max(before, excused), Is.EqualTo(_pushed), ToString());
        }

        public override string ToString() => string.Join(' ', Has);

        private void Receive(WindowReplay replay)
        {
            if (replay.Lost is { } reason)
            {
                _has.Add((reason, _pushed));
                _last = replay.Number;
            }

            foreach (var (number, push) in replay.Pushes)
            {
                Receive(number, Encoding.ASCII.GetString(push.Body));
            }
        }

        private void Receive(uint number, string text)
        {
            Assert.That(number, Is.EqualTo(_last + 1), "as clients demand");
            _last = number;
            _has.Add((text, _pushed));
        }
    }
}
