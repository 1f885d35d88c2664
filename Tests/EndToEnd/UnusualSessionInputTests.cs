using System.Net.WebSockets;
using System.Text.RegularExpressions;
using GameCluster.Gateway.Protocol;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.Protocol;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.EndToEnd;

/// <summary>The protocol's table of unusual input in version 1, row by row, against a running server.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed partial class UnusualSessionInputTests
{
    private const string UnknownToken = "hello with a token nobody knows";
    private const string TwoConnections = "two connections with one session's token";
    private const string GivenUp = "resume with an attempt's number below one that has used the token";
    private const string LostWelcome = "resume after a lost welcome, with the older token";

    private static Uri Uri => Servers.Default.ClientUri;

    private static IEnumerable<TestCaseData> Cases => UnusualSessionInput.Cases.Select(static unusual => new TestCaseData(unusual).SetArgDisplayNames(unusual.Name));

    [Test]
    public void Table_EveryRow_IsTestedHere()
    {
        var table = RepositoryFile.Read("docs/protocol.md").Split("### Unusual input in version 1")[1].Split("###")[0];
        var rows = Row().Matches(table).Select(static row => row.Groups[1].Value).Skip(1);

        Assert.That(UnusualSessionInput.Cases.Select(static unusual => unusual.Row).Concat([UnknownToken, TwoConnections, GivenUp, LostWelcome]).Distinct(), Is.EquivalentTo(rows));
    }

    [TestCaseSource(nameof(Cases))]
    public async Task Send_UnusualInput_IsAnsweredAsTheDocumentSays(UnusualSessionCase unusual)
    {
        if (unusual.IsWelcomed)
        {
            await SendAfterWelcomeAsync(unusual);
        }
        else
        {
            await SendAtVersion0Async(unusual);
        }
    }

    [TestCase("nonsense")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Resume_WithATokenNobodyKnows_BeginsANewSession(string token)
    {
        await using var first = await SessionSocket.ConnectAsync(Uri);
        await using var socket = await SessionSocket.ResumeAsync(Uri, first, token);

        Assert.That((socket.Resumed, socket.Reason), Is.EqualTo((false, "unknown")), UnknownToken);
        Assert.That((await socket.RequestAsync(MessageIds.WhoAmI))["session"].GetString(), Is.EqualTo(socket.Session).And.Not.EqualTo(first.Session));
    }

    [Test]
    public async Task Resume_WhileTheOldConnectionIsOpen_TakesTheSessionOver()
    {
        await using var old = await SessionSocket.ConnectAsync(Uri);
        await old.RequestAsync(MessageIds.Count);

        await using var socket = await SessionSocket.ResumeAsync(Uri, old);

        Assert.That((await old.ReceiveCloseAsync()).Code, Is.EqualTo(4001), TwoConnections);
        await old.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        Assert.That((await socket.RequestAsync(MessageIds.Count))["count"].GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public async Task Resume_InAnAttemptThatWasGivenUp_TakesNothingFromTheLaterOne([Values] bool laterHasSpoken)
    {
        await using var lost = await SessionSocket.ConnectAsync(Uri);
        await lost.RequestAsync(MessageIds.Count);
        lost.Abort();
        await using var later = await SessionSocket.OpenAsync(Uri);
        await later.NotifyAsync(-1, lost.HelloAgain(attempt: 2));
        Assert.That((await later.ReceiveAsync())["resumed"].GetBoolean(), Is.True);
        if (laterHasSpoken)
        {
            await later.NotifyAsync(-7);
            await later.ReceiveAsync();
        }

        await using var late = await SessionSocket.OpenAsync(Uri);
        await late.NotifyAsync(-1, lost.HelloAgain(attempt: 1));

        Assert.That((await late.ReceiveCloseAsync()).Code, Is.EqualTo(4001), GivenUp);
        await late.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        await later.SendAsync(SessionFrame.Request, 2, MessageIds.Count, "{}");
        Assert.That((await later.AnswerAsync(2))["count"].GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public async Task Resume_WhenTheWelcomeWasLost_WorksWithTheSameToken()
    {
        await using var first = await SessionSocket.ConnectAsync(Uri);
        await first.RequestAsync(MessageIds.Count);
        first.Abort();
        await using var second = await SessionSocket.ResumeAsync(Uri, first);
        second.Abort();

        await using var third = await SessionSocket.ResumeAsync(Uri, first);

        Assert.That(third.Resumed, Is.True, LostWelcome);
        Assert.That((await third.RequestAsync(MessageIds.Count))["count"].GetInt32(), Is.EqualTo(2));
    }

    private static async Task SendAfterWelcomeAsync(UnusualSessionCase unusual)
    {
        await using var socket = await SessionSocket.ConnectAsync(Uri);
        foreach (var message in unusual.Messages)
        {
            await socket.SendRawAsync(message);
        }

        if (unusual.Close is { } code)
        {
            Assert.That((await socket.ReceiveCloseAsync()).Code, Is.EqualTo((int)code));
            return;
        }

        foreach (var answer in unusual.Answers)
        {
            AssertIs(await socket.ReceiveAsync(), answer);
        }

        await socket.SendRawAsync(UnusualSessionInput.Probe);
        AssertIs(await socket.ReceiveAsync(), UnusualSessionInput.ProbeAnswer);
    }

    private static async Task SendAtVersion0Async(UnusualSessionCase unusual)
    {
        await using var socket = await Servers.Default.ConnectAsync();
        var answers = unusual.Answers.AsEnumerable().GetEnumerator();
        foreach (var message in unusual.Messages)
        {
            await socket.SendRawAsync(message);
            answers.MoveNext();
            var answer = await socket.ReceiveAsync();
            Assert.That((answer.MessageId, answer.Version), Is.EqualTo((answers.Current.MessageId, 0)));
            Assert.That(answer.Code, Is.EqualTo(answers.Current.ErrorCode ?? 200));
        }

        await socket.SendRawAsync(UnusualInput.Probe.Payload);
        Assert.That(await socket.ReceiveAsync(), Has.Property("Version").Zero.And.Property("Text").EqualTo(UnusualInput.ProbeAnswer.Body));
    }

    private static void AssertIs(SessionReceived frame, ExpectedSessionFrame expected)
    {
        Assert.That((frame.MessageId, frame.Kind, frame.Number), Is.EqualTo((expected.MessageId, expected.Kind, expected.Number)), frame.Text);
        if (expected.ErrorCode is { } code)
        {
            Assert.That(frame.Code, Is.EqualTo(code));
        }
        else if (expected.MessageId == UnusualSessionInput.Silent)
        {
            Assert.That(frame.Body, Is.Empty);
        }
    }

    [GeneratedRegex(@"^\| (.+?) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
