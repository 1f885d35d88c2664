using CsCheck;
using GameCluster.Push;
using GameCluster.Rooms;
using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Tests.Rooms;

/// <summary>Any sequence of joins, messages, breaks, resumptions and ends, against a list of what each session should see.</summary>
internal sealed class StreamCoreModelTests
{
    private const int Sessions = 5;
    private const int Gateways = 3;

    private static readonly StreamOptions Tight = new() { Messages = 12, Bytes = 2048, Age = TimeSpan.FromSeconds(60), LatestKeys = 3 };

    private enum Step
    {
        Join,
        Publish,
        PublishPrivately,
        PublishToSome,
        PublishUnnumbered,
        Away,
        Resume,
        ResumeFromEarlier,
        StaleCalls,
        Lose,
        Repeat,
        Leave,
        Wait,
        Deafen,
        Move,
    }

    private static Gen<(Step Step, int Session, int Number)[]> Steps =>
        Gen.Select(Gen.Enum<Step>(), Gen.Int[0, Sessions - 1], Gen.Int[0, 999]).Array[1, 120];

    [Test]
    public void Core_AnySteps_NumbersAreDenseAndBodiesRight() => Steps.Sample(
        steps =>
        {
            var run = new Run(Tight, Budgets.Of(long.MaxValue));
            Array.ForEach(steps, run.Take);
            run.Settle();
        },
        iter: 3000);

    [Test]
    public void Core_AnyStepsOnASmallBudget_NeverTakesMoreAndGivesAllBack() => Steps.Sample(
        steps =>
        {
            var budget = Budgets.Of(600);
            var run = new Run(Tight, budget);
            foreach (var step in steps)
            {
                run.Take(step);
                Assert.That(budget.Taken, Is.InRange(0, 600));
            }

            run.Settle();
            run.Cluster.Core.Close();
            Assert.That(budget.Taken, Is.Zero);
        },
        iter: 1000);

    private sealed class Run(StreamOptions limits, IByteBudget budget)
    {
        private readonly Dictionary<SessionId, Model> _models = [];
        private int _made;

        public StreamCluster Cluster { get; } = new(limits, budget);

        public void Take((Step Step, int Session, int Number) taken)
        {
            var session = StreamCluster.Session(taken.Session);
            var model = _models.GetValueOrDefault(session);
            switch (taken.Step)
            {
                case Step.Join when model is null:
                    Cluster.Join(session, isSpectator: taken.Session % 2 == 1);
                    _models[session] = new Model(IsSpectator: taken.Session % 2 == 1);
                    break;
                case Step.Publish:
                    Publish(StreamAudience.Everyone, static (_, _) => true);
                    break;
                case Step.PublishPrivately:
                    Publish(StreamAudience.Only(session), (to, _) => to == session);
                    break;
                case Step.PublishToSome when taken.Number % 3 == 0:
                    Publish(StreamAudience.Except(session), (to, _) => to != session);
                    break;
                case Step.PublishToSome when taken.Number % 3 == 1:
                    Publish(StreamAudience.Players, static (_, member) => !member.IsSpectator);
                    break;
                case Step.PublishToSome:
                    Publish(StreamAudience.Spectators, static (_, member) => member.IsSpectator);
                    break;
                case Step.PublishUnnumbered:
                    Cluster.Publish("live", default, taken.Number % 2 == 0 ? DeliveryClass.Latest : DeliveryClass.Droppable, $"{taken.Number % 5}");
                    break;
                case Step.Resume when model is not null:
                    Resume(session, model, taken.Number % Gateways, null);
                    break;
                case Step.ResumeFromEarlier when model is not null:
                    Resume(session, model, taken.Number % Gateways, Cluster[session].Last - (uint)(taken.Number % (Cluster[session].Last + 1)));
                    break;
                case Step.Away when model is not null:
                    Cluster.Core.Away(session, model.Epoch);
                    break;
                case Step.StaleCalls when model is { Epoch: > 0 }:
                    CallAsIfFromBefore(session, model);
                    break;
                case Step.Lose:
                    Cluster.Core.Lose(StreamCluster.Gateway(taken.Number % Gateways), null, long.MaxValue);
                    break;
                case Step.Repeat:
                    Cluster.Core.Repeat(StreamCluster.Gateway(taken.Number % Gateways));
                    break;
                case Step.Leave when model is not null:
                    Assert.That(Cluster.Core.End(session, model.Epoch), Is.True);
                    _models.Remove(session);
                    break;
                case Step.Move:
                    Cluster.Move(inPlace: taken.Number % 2 == 0);
                    break;
                case Step.Wait:
                    Cluster.Time.Advance(TimeSpan.FromSeconds(taken.Number % 40));
                    break;
                case Step.Deafen:
                    var deaf = StreamCluster.Gateway(taken.Number % Gateways);
                    Cluster.IsDeaf = taken.Number % 2 == 0 ? gateway => gateway.Equals(deaf) : static _ => false;
                    break;
            }

            CheckBodies();
        }

        /// <summary>Everybody is taken up once more: afterwards each has everything, but for what it was told that it lacks.</summary>
        public void Settle()
        {
            Cluster.IsDeaf = static _ => false;
            foreach (var (session, model) in _models)
            {
                Resume(session, model, 0, null);
                Assert.That(Cluster[session].HasGap, Is.False);
                Assert.That(Cluster[session].Last, Is.EqualTo((uint)model.Expected.Count));
            }

            Publish(StreamAudience.Everyone, static (_, _) => true);
            Assert.That(_models.All(model => Cluster[model.Key].Last == model.Value.Expected.Count), Is.True, "the stream goes on with the next number");
            CheckBodies();
        }

        private void Publish(StreamAudience audience, Func<SessionId, Model, bool> isFor)
        {
            var text = $"message {++_made}";
            Cluster.Publish(text, audience);
            foreach (var (_, model) in _models.Where(model => isFor(model.Key, model.Value)))
            {
                model.Expected.Add(text);
            }
        }

        private void Resume(SessionId session, Model model, int gateway, uint? lastNumber)
        {
            var from = lastNumber ?? Cluster[session].Last;
            var answer = Cluster.Resume(session, gateway, ++model.Epoch, lastNumber);
            if (answer.Status == StreamResumeStatus.Resync)
            {
                Assert.That(answer.Number, Is.EqualTo((uint)model.Expected.Count), "a resync goes on with what comes next");
                Assert.That(from, Is.LessThan(answer.Number), "whoever lacks nothing needs no resync");
                Assert.That(answer.Reason, Is.AnyOf(StreamLog.BeyondWindow, StreamLog.BeyondBudget));
            }
            else
            {
                Assert.That((answer.Status, answer.Number), Is.EqualTo((StreamResumeStatus.Resumed, from)));
            }
        }

        private void CallAsIfFromBefore(SessionId session, Model model)
        {
            var before = Cluster.Core.TryFind(session, out var subscriber) ? subscriber.Gateway : null;
            Assert.That(Cluster.Core.Away(session, model.Epoch - 1), Is.False);
            Assert.That(Cluster.Core.End(session, model.Epoch - 1), Is.False);
            Assert.That(Cluster.Core.Resume(session, StreamCluster.Gateway(9), model.Epoch - 1, 0).Status, Is.EqualTo(StreamResumeStatus.NotMember));
            Assert.That(subscriber!.Gateway, Is.EqualTo(before));
        }

        private void CheckBodies()
        {
            foreach (var (session, model) in _models)
            {
                Assert.That(Cluster[session].Received.All(received => model.Expected[(int)received.Key - 1] == received.Value), Is.True, "each number has its message");
            }
        }
    }

    private sealed record Model(bool IsSpectator)
    {
        public long Epoch { get; set; }

        public List<string> Expected { get; } = [];
    }
}
