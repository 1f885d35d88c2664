using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GameCluster.Gateway.Protocol;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.Cluster;

/// <summary>Messages to everyone and from operators, where sessions, rooms and groups are on several processes.</summary>
internal sealed class PushTests
{
    private const int Members = 6;

    [SetUp]
    public Task StartAsync() => ServiceCluster.MakeWholeAsync();

    [Test]
    public async Task ToEveryone_FromAService_ReachesTheSessionsOfEveryGateway()
    {
        var sockets = await ConnectAsync();
        await using var old = await GameSocket.ConnectAsync(ServiceCluster.Gateways[1].ClientUri);
        var text = $"{Guid.NewGuid():N}";

        var count = (await sockets[0].RequestAsync(MessageIds.PushToEveryone, Json(new { text })))["count"].GetInt32();

        Assert.That(count, Is.GreaterThanOrEqualTo(Members + 1));
        foreach (var socket in sockets)
        {
            var push = await socket.NextAsync(MessageIds.HallWhispered);
            Assert.That((push.Kind, push.Number, push["text"].GetString()), Is.EqualTo((SessionFrame.Push, 0u, text)));
        }

        Assert.That((await old.ReceiveAsync())["text"].GetString(), Is.EqualTo(text));
        await CloseAsync(sockets);
    }

    [Test]
    public async Task Post_ToWhateverIsOnAnotherProcess_ArrivesOnceAndInItsStream()
    {
        var sockets = await ConnectAsync();
        var key = $"{Guid.NewGuid():N}";
        foreach (var socket in sockets)
        {
            await socket.RequestAsync(1000, Json(new { name = socket.Session }));
            await socket.RequestAsync(MessageIds.HallEnter, Json(new { room = key }));
            await socket.RequestAsync(MessageIds.GroupJoin, Json(new { room = key }));
        }

        var number = 0u;
        foreach (var admin in ServiceCluster.Gateways.Concat(ServiceCluster.Silos))
        {
            number++;
            await PostAsync(admin, new { room = new { service = "tests.hall", room = key } }, sessions: null);
            await PostAsync(admin, new { group = key }, Members);
            foreach (var socket in sockets)
            {
                await PostAsync(admin, new { session = socket.Session }, 1);
                await PostAsync(admin, new { player = socket.Session }, 1);
            }

            await PostAsync(admin, new { everyone = true }, Members);
            foreach (var socket in sockets)
            {
                Assert.That(await NextAsync(socket, 5), Is.EquivalentTo(new (ushort, uint)[] { (0, (2 * number) - 1), (0, 2 * number), (1, number), (2, number), (0, 0) }), $"pushed through {admin.Name}");
            }
        }

        await CloseAsync(sockets);
    }

    [Test]
    public async Task Post_ToWhoIsNowhere_IsSaidByEveryProcess()
    {
        foreach (var admin in ServiceCluster.Gateways.Concat(ServiceCluster.Silos))
        {
            foreach (var to in new object[] { new { session = $"{Guid.NewGuid():N}" }, new { room = new { service = "tests.hall", room = "nowhere" } } })
            {
                using var missing = await admin.Admin.PostAsJsonAsync("admin/v1/push", new { to, message = MessageIds.HallSaid, body = new { } });
                Assert.That(missing.StatusCode, Is.EqualTo(HttpStatusCode.NotFound), $"{admin.Name}: {to}");
            }

            foreach (var to in new object[] { new { player = "nobody" }, new { group = "nobody" } })
            {
                await PostAsync(admin, to, 0);
            }
        }
    }

    /// <summary>Sessions on each gateway in turn.</summary>
    private static async Task<List<SessionSocket>> ConnectAsync()
    {
        var gateways = ServiceCluster.Gateways;
        var sockets = new List<SessionSocket>();
        for (var i = 0; i < Members; i++)
        {
            sockets.Add(await SessionSocket.ConnectAsync(gateways[i % gateways.Count].ClientUri));
        }

        return sockets;
    }

    private static async Task CloseAsync(List<SessionSocket> sockets)
    {
        foreach (var socket in sockets)
        {
            await socket.CloseAsync();
            await socket.DisposeAsync();
        }
    }

    /// <param name="sessions">How many sessions the answer must name, at least; null where it names none.</param>
    private static async Task PostAsync(GameProcess process, object to, int? sessions)
    {
        using var response = await process.Admin.PostAsJsonAsync("admin/v1/push", new { to, message = MessageIds.HallSaid, body = new { count = 7 } });
        var text = await response.Content.ReadAsStringAsync();
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), $"{process.Name}, {to}: {text}");
        var report = JsonDocument.Parse(text).RootElement;
        Assert.That(report.GetProperty("failed").GetArrayLength() + report.GetProperty("silent").GetArrayLength(), Is.Zero, text);
        var counted = report.GetProperty("sessions");
        Assert.That(sessions is null ? counted.ValueKind == JsonValueKind.Null : counted.GetInt32() >= sessions, Is.True, text);
    }

    private static async Task<List<(ushort Stream, uint Number)>> NextAsync(SessionSocket socket, int count)
    {
        var pushes = new List<(ushort, uint)>();
        while (pushes.Count < count)
        {
            var push = await socket.NextAsync(MessageIds.HallSaid);
            pushes.Add((push.Stream, push.Number));
        }

        return pushes;
    }

    private static string Json(object value) => JsonSerializer.Serialize(value);
}
