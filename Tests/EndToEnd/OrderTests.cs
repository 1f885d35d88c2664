using System.Text;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.EndToEnd;

/// <summary>Order within a target, independence between targets.</summary>
internal sealed class OrderTests
{
    private const int Echo = 40000;

    [TestCase(200)]
    [TestCase(5000)]
    public async Task Send_ManyAtOnce_AreAllAnsweredInOrder(int count)
    {
        await using var socket = await Servers.Default.ConnectAsync();
        var replies = ReceiveNumbersAsync(socket, count);

        // Ten frames a message: the client writes faster than it reads.
        foreach (var numbers in Enumerable.Range(0, count).Chunk(10))
        {
            await socket.SendRawAsync([.. numbers.SelectMany(static number => GameSocket.Encode(Echo, Encoding.ASCII.GetBytes($"{number}")))]);
        }

        Assert.That(await replies, Is.EqualTo(Enumerable.Range(0, count)));
    }

    [Test]
    public async Task Send_MoreInOneMessageThanMayWait_IsNotHurriedWhileItWaits()
    {
        const int Count = 400;
        await using var socket = await Servers.Default.ConnectAsync();
        var slow = GameSocket.Encode(MessageIds.Delay, Encoding.ASCII.GetBytes($$"""{"milliseconds":{{2 * Servers.FrameTimeout.TotalMilliseconds}}}"""));
        var next = GameSocket.Encode(MessageIds.Number, """{"number":1}"""u8.ToArray());

        await socket.SendRawAsync([.. slow, .. Enumerable.Repeat(next, Count).SelectMany(static frame => frame)]);

        Assert.That((await socket.ReceiveAsync()).MessageId, Is.EqualTo(MessageIds.Delay));
        for (var i = 0; i < Count; i++)
        {
            Assert.That((await socket.ReceiveAsync()).MessageId, Is.EqualTo(MessageIds.Number));
        }
    }

    [Test]
    public async Task Send_Counted_AreHandledOnceEach()
    {
        const int Count = 300;
        await using var socket = await Servers.Default.ConnectAsync();
        for (var i = 0; i < Count; i++)
        {
            await socket.SendAsync(MessageIds.Count);
        }

        for (var i = 1; i <= Count; i++)
        {
            Assert.That((await socket.ReceiveAsync())["count"].GetInt32(), Is.EqualTo(i));
        }
    }

    [Test]
    public async Task Send_ToASlowServiceFirst_DoesNotHoldUpAnother()
    {
        await using var socket = await Servers.Default.ConnectAsync();

        await socket.SendAsync(MessageIds.Delay, """{"milliseconds":500}""");
        await socket.SendAsync(MessageIds.Count);
        await socket.SendAsync(10000);

        Assert.That(
            new[] { (await socket.ReceiveAsync()).MessageId, (await socket.ReceiveAsync()).MessageId, (await socket.ReceiveAsync()).MessageId },
            Is.EquivalentTo(new[] { MessageIds.Count, 10000, MessageIds.Delay }).And.ItemAt(2).EqualTo(MessageIds.Delay));
    }

    [Test]
    public async Task Send_BehindASlowMessageOfOneService_Waits()
    {
        await using var socket = await Servers.Default.ConnectAsync();

        await socket.SendAsync(MessageIds.Number, """{"number":1}""");
        await socket.SendAsync(MessageIds.Delay, """{"milliseconds":200}""");
        await socket.SendAsync(MessageIds.Throw);
        await socket.SendAsync(MessageIds.Number, """{"number":2}""");

        Assert.That((await socket.ReceiveAsync()).Text, Is.EqualTo("""{"number":1}"""));
        Assert.That((await socket.ReceiveAsync()).MessageId, Is.EqualTo(MessageIds.Delay));
        Assert.That((await socket.ReceiveAsync()).Code, Is.EqualTo(500));
        Assert.That((await socket.ReceiveAsync()).Text, Is.EqualTo("""{"number":2}"""));
    }

    [Test]
    public async Task Send_ToAHandlerThatThrows_TellsNothingOfTheReason()
    {
        await using var socket = await Servers.Default.ConnectAsync();

        var error = await socket.RequestAsync(MessageIds.Throw);

        Assert.That(error.Code, Is.EqualTo(500));
        Assert.That(error.Text, Does.Not.Contain("secret").And.Not.Contain("Exception"));
    }

    private static async Task<int[]> ReceiveNumbersAsync(GameSocket socket, int count)
    {
        var numbers = new int[count];
        for (var i = 0; i < count; i++)
        {
            numbers[i] = int.Parse((await socket.ReceiveAsync()).Text);
        }

        return numbers;
    }
}
