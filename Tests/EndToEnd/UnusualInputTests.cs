using System.Diagnostics;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.Protocol;

namespace GameCluster.Tests.EndToEnd;

/// <summary>The protocol's table of unusual input, row by row, against a running server.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class UnusualInputTests
{
    // A timer that is checked four times a second may be early by that.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(250);

    private static IEnumerable<TestCaseData> Cases => UnusualInput.Cases.Select(unusual => new TestCaseData(unusual).SetArgDisplayNames(unusual.Name));

    [TestCaseSource(nameof(Cases))]
    public async Task Send_UnusualInput_IsAnsweredAsTheDocumentSays(UnusualCase unusual)
    {
        var server = unusual.When == ClosedWhen.AfterIdleTimeout ? Servers.Strict : Servers.Default;
        await using var socket = await server.ConnectAsync();
        var clock = Stopwatch.StartNew();
        foreach (var message in unusual.Messages)
        {
            await SendAsync(socket, message);
        }

        if (unusual.Close is { } code)
        {
            Assert.That((await CloseOfAsync(socket)).Code, Is.EqualTo((int)code));
            Assert.That(clock.Elapsed, Is.GreaterThanOrEqualTo(TimeOf(unusual.When)));
            return;
        }

        foreach (var answer in unusual.Answers)
        {
            AssertIs(await socket.ReceiveAsync(), answer);
        }

        await SendAsync(socket, UnusualInput.Probe);
        AssertIs(await socket.ReceiveAsync(), UnusualInput.ProbeAnswer);
    }

    private static TimeSpan TimeOf(ClosedWhen when) => when switch
    {
        ClosedWhen.AfterFrameTimeout => Servers.FrameTimeout - Tolerance,
        ClosedWhen.AfterIdleTimeout => Servers.IdleTimeout - Tolerance,
        _ => TimeSpan.Zero,
    };

    private static Task SendAsync(GameSocket socket, SentMessage message) =>
        socket.Socket.SendAsync(message.Payload, message.Type, message.EndOfMessage, CancellationToken.None);

    /// <summary>How the server closes; frames before that do not matter.</summary>
    private static async Task<CloseReceived> CloseOfAsync(GameSocket socket)
    {
        while (true)
        {
            if ((await socket.ReceiveOrCloseAsync()).Close is { } close)
            {
                return close;
            }
        }
    }

    private static void AssertIs(ReceivedFrame frame, ExpectedFrame expected)
    {
        Assert.That((frame.MessageId, frame.Version), Is.EqualTo((expected.MessageId, 0)));
        if (expected.ErrorCode is not { } code)
        {
            Assert.That(frame.Text, Is.EqualTo(expected.Body));
            return;
        }

        var text = frame["desc"].GetString();
        Assert.That((frame.Code, frame["info"].GetString()), Is.EqualTo((code, text)));
        if (code == 404)
        {
            Assert.That(text, Does.Contain($"{expected.MessageId}"));
        }
    }
}
