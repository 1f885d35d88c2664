using System.Text;
using GameCluster.Services;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace GameCluster.Tests.Services;

public sealed class LaneTests
{
    private static readonly byte[] Invalid = [(byte)'{', (byte)'"', 0xff, (byte)'"', (byte)':', (byte)'1', (byte)'}'];

    [TestCase("[]", "object")]
    [TestCase("1", "object")]
    [TestCase("null", "object")]
    [TestCase("  ", "object")]
    [TestCase("garbage", "object")]
    [TestCase("{\"n\":", "line 1, byte")]
    [TestCase("{\"n\":1}x", "line 1, byte")]
    [TestCase("{} {}", "line 1, byte")]
    [TestCase("{\"m\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}}}}}}}}}", "16 levels")]
    public async Task Handle_BodyThatIsNoObject_IsABadRequest(string body, string expected)
    {
        foreach (var id in new[] { Lane.Echo, Lane.NoRequest })
        {
            var frame = await TestLane.Host<Lane>().AskAsync(id, body);

            Assert.That(frame.Kind, Is.EqualTo(FrameKind.Error));
            Assert.That(frame.Text(), Does.StartWith("{\"code\":400,").And.Contain(expected), $"message {id}, body {body}");
        }
    }

    [TestCase("{}", "$.n is missing")]
    [TestCase("", "$.n is missing")]
    [TestCase("{\"n\":\"1\"}", "$.n")]
    [TestCase("{\"n\":1,\"n\":2}", "$.n")]
    [TestCase("{\"n\":99999999999}", "$.n")]
    public async Task Handle_BodyThatDoesNotFit_NamesTheMember(string body, string expected) => Assert.That(
        (await TestLane.Host<Lane>().AskAsync(Lane.Echo, body)).Text(), Does.StartWith("{\"code\":400,").And.Contain(expected));

    [Test]
    public async Task Handle_LongMemberNames_AreNotEchoedWhole() => Assert.That(
        (await TestLane.Host<Lane>().AskAsync(Lane.Map, $"{{\"{new string('x', 10_000)}\":\"no number\"}}")).Body, Has.Length.LessThan(500));

    [Test]
    public async Task Handle_BodyThatIsNotUtf8_IsABadRequestExceptForRawHandlers()
    {
        var reply = await TestLane.Host<Lane>().HandleAsync(new LaneCall(
            TestLane.Session, null, null, [new(Lane.Echo, Invalid), new(Lane.NoRequest, Invalid), new(Lane.Raw, Invalid)]));

        Assert.That(reply.Frames.Select(frame => frame.Kind), Is.EqualTo(new[] { FrameKind.Error, FrameKind.Error, FrameKind.Reply }));
        Assert.That(reply.Frames[0].Text(), Does.Contain("UTF-8"));
        Assert.That(reply.Frames[2].Body, Is.EqualTo(Invalid));
    }

    [Test]
    public async Task Handle_UnknownMessage_NamesItAndGoesOn()
    {
        var reply = await TestLane.Host<Lane>().SendAsync((77, "{}"), (Lane.Echo, "{\"n\":1}"), (WellKnownMessages.Offline, "{}"));

        Assert.That(reply.Texts()[0], Does.StartWith("{\"code\":404,").And.Contain("77").And.Contain("lane"));
        Assert.That(reply.Texts()[1], Is.EqualTo("{\"n\":1}"));
        Assert.That((reply.Handled, reply.Frames.Length), Is.EqualTo((3, 2)), "a notice of the end that nobody wants is not an error");
    }

    [TestCase(Lane.Throw)]
    [TestCase(Lane.ThrowLater)]
    public async Task Handle_HandlerThatThrows_CostsOneErrorFrameWithoutDetail(int id)
    {
        var log = new ListLogger();

        var reply = await TestLane.Host<Lane>(logger: log).SendAsync((Lane.Echo, "{\"n\":1}"), (id, "{}"), (Lane.Echo, "{\"n\":2}"));

        Assert.That(reply.Handled, Is.EqualTo(3));
        Assert.That(reply.Frames.Select(frame => (frame.Kind, frame.MessageId, frame.Request)), Is.EqualTo(new[]
        {
            (FrameKind.Reply, Lane.Echo, 0), (FrameKind.Error, id, 1), (FrameKind.Reply, Lane.Echo, 2),
        }));
        Assert.That(reply.Texts()[1], Does.StartWith("{\"code\":500,").And.Not.Contain("secret"));
        Assert.That(log.Entries.Single(), Does.Contain("secret").And.Contain($"{id}").And.Contain(TestLane.Session.ToString()));
    }

    [Test]
    public async Task Handle_HandlerCancelledByTheStop_IsOfUnknownOutcome()
    {
        var log = new ListLogger();

        var frame = await TestLane.Host<Lane>(logger: log, stopping: new CancellationToken(true)).AskAsync(Lane.Stop, "{}");

        Assert.That(frame.Text(), Does.StartWith("{\"code\":504,"));
        Assert.That(log.Entries, Is.Empty);
    }

    [Test]
    public async Task Handle_FramesOfBothKinds_AreAnsweredInOrder()
    {
        (int, string)[] frames = [.. Enumerable.Range(0, 50).Select(n => (n % 3 == 0 ? Lane.EchoLater : Lane.Echo, $"{{\"n\":{n}}}"))];

        var reply = await TestLane.Host<Lane>().SendAsync(frames);

        Assert.That(reply.Texts(), Is.EqualTo(frames.Select(frame => frame.Item2)));
        Assert.That(reply.Frames.Select(frame => frame.Request), Is.EqualTo(Enumerable.Range(0, 50)));
        Assert.That(reply.Silo, Is.EqualTo(TestLane.Silo));
    }

    [TestCase(Lane.Slow)]
    [TestCase(Lane.SlowLater)]
    public async Task Handle_MoreThanTheTimeBudget_LeavesTheRest(int id)
    {
        var clock = new FakeTimeProvider();

        var reply = await TestLane.Host<Lane>(clock).SendAsync([.. Enumerable.Repeat((id, "{}"), 10)]);

        Assert.That(reply.Handled, Is.EqualTo(3), "three handlers of 40 ms are over the budget of 100 ms");
        Assert.That(reply.Frames, Has.Length.EqualTo(3));
    }

    [Test]
    public async Task Handle_MoreThanTheByteBudget_LeavesTheRest() =>
        Assert.That((await TestLane.Host<Lane>().SendAsync([.. Enumerable.Repeat((Lane.Big, "{}"), 10)])).Handled, Is.EqualTo(3));

    [Test]
    public async Task Push_InHandlers_LeavesInOrderBeforeTheReply()
    {
        var reply = await TestLane.Host<Lane>().SendAsync((Lane.Pushing, "{}"), (Lane.Echo, "{\"n\":9}"));

        Assert.That(reply.Frames.Select(frame => (frame.Kind, frame.MessageId, frame.Request, frame.Text())), Is.EqualTo(new[]
        {
            (FrameKind.Push, 501, 0, "{\"n\":1}"),
            (FrameKind.Push, 502, 0, "raw"),
            (FrameKind.Reply, Lane.Pushing, 0, "{\"n\":2}"),
            (FrameKind.Reply, Lane.Echo, 1, "{\"n\":9}"),
        }));
        Assert.That(reply.Effects, Is.Null);
    }

    [Test]
    public async Task Context_ChangesOfAMessage_AreSeenByTheNext()
    {
        var reply = await TestLane.Host<Lane>().SendAsync(
            "old", "r0", (Lane.Who, "{}"), (Lane.Change, "{\"n\":7}"), (Lane.Who, "{}"), (Lane.Leave, "{}"), (Lane.Who, "{}"));

        Assert.That(reply.Texts(), Is.EqualTo(new[] { "{\"player\":\"old\",\"room\":\"r0\"}", "{\"player\":\"p7\",\"room\":\"r7\"}", "{\"code\":1}" }));
        Assert.That(reply.Effects!.Player, Is.EqualTo(""));
        Assert.That(reply.Effects.Rooms, Is.EqualTo(new Dictionary<string, string?> { ["lane"] = null, ["lobby"] = "x7" }));
        Assert.That(reply.Effects.CloseReason, Is.Null);
    }

    [Test]
    public async Task Close_InAHandler_EndsTheCallAfterItsReply()
    {
        var reply = await TestLane.Host<Lane>().SendAsync((Lane.Kick, "{}"), (Lane.Echo, "{\"n\":1}"));

        Assert.That((reply.Handled, reply.Effects!.CloseReason, reply.Texts().Single()), Is.EqualTo((1, "bye", "{\"n\":0}")));
    }

    [Test]
    public async Task Context_AfterItsHandler_Refuses()
    {
        var lane = new Lane();
        await TestLane.Host(lane).SendAsync((Lane.Who, "{}"));

        Assert.That(() => lane.Kept!.Push(1, "late"), Throws.InvalidOperationException.With.Message.Contains("IPush"));
        Assert.That(() => lane.Kept!.LogIn("late"), Throws.InvalidOperationException);
    }

    [TestCase("")]
    [TestCase("129")]
    public void LogIn_UnfitName_Throws(string kind)
    {
        var name = kind.Length == 0 ? "" : new string('x', 129);
        var lane = new Lane();
        _ = TestLane.Host(lane).SendAsync((Lane.Who, "{}"));

        Assert.That(() => lane.Kept!.LogIn(name), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public async Task Random_OfTheSameSeed_GivesTheSame()
    {
        var first = await TestLane.Host(new Lane(42)).AskAsync(Lane.Draw, "{}");
        var second = await TestLane.Host(new Lane(42)).AskAsync(Lane.Draw, "{}");

        Assert.That(first.Text(), Is.EqualTo(second.Text()));
    }

    [Test]
    public void Handle_SynchronousHandler_AllocatesLittle()
    {
        var grain = TestLane.Host<Lane>();
        var call = new LaneCall(TestLane.Session, null, null, [new(Lane.Echo, Encoding.UTF8.GetBytes("{\"n\":1}"))]);
        long Measure()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                _ = grain.HandleAsync(call).Result;
            }

            return (GC.GetAllocatedBytesForCurrentThread() - before) / 1000;
        }

        Measure();
        Assert.That(Measure(), Is.LessThan(500), "bytes per call: request, context, frames, body and reply");
    }

    [Service("lane", Key = ServiceKey.Room)]
    private sealed class Lane : ServiceGrain
    {
        public const int Echo = 1, EchoLater = 2, NoRequest = 3, Raw = 4, Throw = 5, ThrowLater = 6, Slow = 7, SlowLater = 8, Big = 9;
        public const int Pushing = 10, Who = 11, Change = 12, Leave = 13, Kick = 14, Draw = 15, Stop = 16, Map = 17;

        public Lane()
        {
        }

        public Lane(int seed)
            : base(seed)
        {
        }

        public MessageContext? Kept { get; private set; }

        [Handles(Echo)]
        public Number OnEcho(Number request) => request;

        [Handles(EchoLater)]
        public async Task<Number> OnEchoLater(Number request)
        {
            await Task.Yield();
            return request;
        }

        [Handles(NoRequest)]
        public Number OnNoRequest() => new(0);

        [Handles(Raw)]
        public byte[] OnRaw(byte[] body) => body;

        [Handles(Throw)]
        public void OnThrow() => throw new InvalidOperationException("secret");

        [Handles(ThrowLater)]
        public async Task OnThrowLater()
        {
            await Task.Yield();
            throw new InvalidOperationException("secret");
        }

        [Handles(Slow)]
        public Number OnSlow(MessageContext context)
        {
            ((FakeTimeProvider)context.Clock).Advance(TimeSpan.FromMilliseconds(40));
            return new Number(1);
        }

        [Handles(SlowLater)]
        public async Task<Number> OnSlowLater(MessageContext context)
        {
            await Task.Yield();
            return OnSlow(context);
        }

        [Handles(Big)]
        public byte[] OnBig() => new byte[100 * 1024];

        [Handles(Pushing)]
        public Number OnPushing(MessageContext context)
        {
            context.Push(501, new Number(1));
            context.Push(502, "raw"u8.ToArray());
            return new Number(2);
        }

        [Handles(Who)]
        public Identity OnWho(MessageContext context)
        {
            Kept = context;
            return new Identity(context.Player, context.Room, context.Player is null ? 1 : null);
        }

        [Handles(Change)]
        public void OnChange(Number request, MessageContext context)
        {
            context.LogIn($"p{request.N}");
            context.BindRoom($"r{request.N}");
            context.BindRoom("lobby", $"x{request.N}");
        }

        [Handles(Leave)]
        public void OnLeave(MessageContext context)
        {
            context.LogOut();
            context.UnbindRoom();
        }

        [Handles(Kick)]
        public Number OnKick(MessageContext context)
        {
            context.Close("bye");
            return new Number(0);
        }

        [Handles(Draw)]
        public Number OnDraw(MessageContext context) => new(context.Random.Next());

        [Handles(Stop)]
        public void OnStop(CancellationToken stopping) => stopping.ThrowIfCancellationRequested();

        [Handles(Map)]
        public void OnMap(Dictionary<string, int> request)
        {
        }
    }

    internal sealed record Number(int N);

    internal sealed record Identity(string? Player, string? Room, int? Code);

    private sealed class ListLogger : ILogger
    {
        public List<string> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Entries.Add($"{formatter(state, exception)} {exception}");
    }
}
