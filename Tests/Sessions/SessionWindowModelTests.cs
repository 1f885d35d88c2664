using System.Text;
using CsCheck;
using GameCluster.Push;
using GameCluster.Services;
using GameCluster.Sessions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace GameCluster.Tests.Sessions;

/// <summary>
/// A client of a window, whatever it does: every numbered push reaches it once and in order, or it is told where the stream goes on. Beside that the limits hold.
/// </summary>
internal sealed class SessionWindowModelTests
{
    private static readonly SessionOptions Limits = new() { WindowMessages = 8, WindowBytes = 1024, WindowTime = TimeSpan.FromSeconds(60), WindowBudgetBytes = 2048 };

    private static readonly Gen<Step> Steps = Gen.Frequency<Step>(
        (8, Gen.Int[0, 300].Select(Step (size) => new Push(size, Deliver: true))),
        (4, Gen.Int[0, 300].Select(Step (size) => new Push(size, Deliver: false))),
        (2, Gen.Int[0, 2].Select(Step (key) => new PushLatest(key))),
        (3, Gen.Const<Step>(new Ack())),
        (3, Gen.Const<Step>(new ComeBack())),
        (1, Gen.Int[1, 50].Select(Step (seconds) => new Pass(seconds))),
        (1, Gen.Int[0, 1500].Select(Step (bytes) => new Neighbour(bytes))),
        (1, Gen.Const<Step>(new Evict())),
        (2, Gen.Const<Step>(new Move())));

    [Test]
    public void Window_WhateverAClientDoes_NothingIsMissingInSilence() => Steps.List[0, 60].Sample(
        steps =>
        {
            var run = new Run();
            foreach (var step in steps)
            {
                run.Take(step);
            }

            run.Resume();
            return run.HasEverything;
        },
        iter: 4000);

    private abstract record Step;

    private sealed record Push(int Size, bool Deliver) : Step;

    private sealed record PushLatest(int Key) : Step;

    private sealed record Ack : Step;

    private sealed record ComeBack : Step;

    private sealed record Pass(int Seconds) : Step;

    private sealed record Neighbour(int Bytes) : Step;

    private sealed record Evict : Step;

    private sealed record Move : Step;

    /// <summary>A window and the simplest client and server there can be: a list of what was pushed and one of what arrived.</summary>
    private sealed class Run
    {
        private readonly FakeTimeProvider _time = new();
        private readonly WindowBudget _budget = new(Options.Create(Limits));
        private readonly SessionWindow _neighbour;
        private readonly List<int> _pushed = [];
        private readonly List<TimeSpan> _pushedAt = [];
        private readonly Dictionary<int, int> _latest = [];
        private readonly long _start;
        private SessionWindow _window;
        private uint _has;
        private uint _acknowledged;
        private uint _mayBeLost;
        private int _marks;

        public Run()
        {
            _start = _time.GetTimestamp();
            _window = new SessionWindow(Limits, _budget, _time);
            _neighbour = new SessionWindow(Limits, _budget, _time);
            _budget.OnAway(_window);
        }

        public bool HasEverything => _has == _pushed.Count;

        public void Take(Step step)
        {
            switch (step)
            {
                case Push push:
                    Add(push);
                    break;
                case PushLatest latest:
                    Assert.That(_window.Append(new SessionPush(2, Body(++_marks, 4), DeliveryClass.Latest, $"{latest.Key}")), Is.Zero);
                    _latest[latest.Key] = _marks;
                    break;
                case Ack:
                    _window.Acknowledge(_has);
                    _acknowledged = Math.Max(_acknowledged, _has);
                    break;
                case ComeBack:
                    Resume();
                    break;
                case Pass pass:
                    _time.Advance(TimeSpan.FromSeconds(pass.Seconds));
                    break;
                case Neighbour neighbour:
                    _neighbour.Append(new SessionPush(3, new byte[neighbour.Bytes]));
                    _mayBeLost = _window.Count == 0 ? (uint)_pushed.Count : _mayBeLost;
                    break;
                case Evict:
                    _window.Evict(WindowLoss.Budget);
                    _mayBeLost = (uint)_pushed.Count;
                    _latest.Clear();
                    break;
                case Move:
                    MoveWindow();
                    break;
            }

            Assert.That(_window.Count, Is.LessThanOrEqualTo(Limits.WindowMessages));
            Assert.That(_window.Bytes, Is.InRange(0, Limits.WindowBytes));
            Assert.That(_budget.Taken, Is.EqualTo(_window.Bytes + _neighbour.Bytes).And.LessThanOrEqualTo(Limits.WindowBudgetBytes));
        }

        public void Resume()
        {
            var replay = _window.Replay(_has);
            if (replay.Lost is not null)
            {
                Assert.That(replay.Number, Is.GreaterThan(_has));
                Assert.That(IsLossExplained(replay.Number), Is.True, $"up to {replay.Number} of {_pushed.Count} is lost for no reason");
                _has = replay.Number;
            }

            foreach (var (number, push) in replay.Pushes.Where(static kept => kept.Number != 0))
            {
                Assert.That(number, Is.EqualTo(_has + 1));
                Assert.That(Mark(push), Is.EqualTo(_pushed[(int)number - 1]));
                _has = number;
            }

            var latest = replay.Pushes.Where(static kept => kept.Number == 0).Select(static kept => kept.Push).ToList();
            Assert.That(latest.Select(static push => push.Key), Is.Unique);
            Assert.That(latest.TrueForAll(push => !_latest.TryGetValue(int.Parse(push.Key!, System.Globalization.CultureInfo.InvariantCulture), out var mark) || mark == Mark(push)));
        }

        /// <summary>What a session's grain does when its silo stops.</summary>
        private void MoveWindow()
        {
            var (image, count, bytes) = (_window.Image, _window.Count, _window.Bytes);
            _budget.OnBack(_window);
            _window.Evict(WindowLoss.Window);
            _window = new SessionWindow(Limits, _budget, _time, image);
            _budget.OnAway(_window);
            Assert.That((_window.Count, _window.Bytes, _window.Last), Is.EqualTo((count, bytes, (uint)_pushed.Count)));
        }

        private void Add(Push push)
        {
            _pushed.Add(++_marks);
            _pushedAt.Add(_time.GetElapsedTime(_start));
            var number = _window.Append(new SessionPush(1, Body(_marks, push.Size)));
            Assert.That(number, Is.EqualTo(_pushed.Count));
            if (push.Deliver && _has == number - 1)
            {
                _has = number;
            }
        }

        /// <summary>A push may go for its age, for those after it, or with all others; never when none of that holds.</summary>
        private bool IsLossExplained(uint number) =>
            number <= _mayBeLost
            || number <= _acknowledged
            || _pushed.Count - number >= Limits.WindowMessages
            || _time.GetElapsedTime(_start) - _pushedAt[(int)number - 1] > Limits.WindowTime
            || _window.Bytes + 1024 > Limits.WindowBytes;

        private static byte[] Body(int mark, int size) => Encoding.ASCII.GetBytes($"{mark}".PadRight(Math.Max(size, 6)));

        private static int Mark(SessionPush push) => int.Parse(Encoding.ASCII.GetString(push.Body), System.Globalization.CultureInfo.InvariantCulture);
    }
}
