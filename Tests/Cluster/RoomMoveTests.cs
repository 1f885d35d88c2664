using System.Text.Json;
using GameCluster.Gateway.Protocol;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.Cluster;

/// <summary>What members of rooms that keep their state in <c>RoomGrain&lt;TState&gt;</c> notice when their silo is stopped while they play: nothing.</summary>
internal sealed class RoomMoveTests
{
    private const int RoomCount = 16;
    private const int Asleep = 3;

    /// <summary>Shorter than the cluster keeps sessions.</summary>
    private static readonly TimeSpan SleepTime = TimeSpan.FromSeconds(7);

    [SetUp]
    public Task StartAsync() => ServiceCluster.MakeWholeAsync();

    [TearDown]
    public void CheckLogs() => ProcessLog.AssertClean([.. ServiceCluster.Silos, .. ServiceCluster.Gateways]);

    [Test]
    public async Task Terminate_SiloWithRooms_TheyMoveWithTheirMembersAndNothingIsLost()
    {
        var members = new List<Member>();
        try
        {
            for (var i = 0; i < RoomCount; i++)
            {
                members.Add(await Member.EnterAsync(ServiceCluster.Gateways[i % 2].ClientUri));
            }

            var stopping = ServiceCluster.Silos[0];
            await Task.WhenAll(members.Select(static member => member.BookAsync(20)));
            var moving = members.Where(member => member.Silo == stopping.Name).ToArray();
            Assert.That(moving, Has.Length.InRange(1, RoomCount - 1), "both silos have rooms");
            members[..Asleep].ForEach(static member => member.FallAsleep());

            using var done = new CancellationTokenSource();
            var playing = members[Asleep..].Select(member => member.BookUntilAsync(done.Token)).ToArray();
            var stopped = stopping.StopAsync();
            await Task.WhenAny(stopped, Task.Delay(SleepTime));
            await Task.WhenAll(members[..Asleep].Select(static member => member.WakeAsync()));
            Assert.That(await stopped, Is.Zero);
            await done.CancelAsync();
            await Task.WhenAll(playing);
            await Task.WhenAll(members.Select(static member => member.BookAsync(20)));

            Assert.That(moving.Select(static member => member.Silo), Is.All.Not.EqualTo(stopping.Name));
            foreach (var member in members)
            {
                await member.CheckAsync();
            }
        }
        finally
        {
            foreach (var member in members)
            {
                await member.DisposeAsync();
            }
        }
    }

    /// <summary>The only member of a room. Whatever it is told must follow from what it was told before.</summary>
    private sealed class Member(Uri gateway, SessionSocket socket) : IAsyncDisposable
    {
        private readonly List<SessionReceived> _seen = [];
        private SessionSocket _socket = socket;
        private long _bookings;
        private long _openedAt;

        /// <summary>Where the room was when it last answered.</summary>
        public string Silo { get; private set; } = "";

        public static async Task<Member> EnterAsync(Uri gateway)
        {
            var socket = await SessionSocket.ConnectAsync(gateway);
            await socket.RequestAsync(MessageIds.TourEnter, JsonSerializer.Serialize(new { room = Guid.NewGuid().ToString("N") }));
            return new Member(gateway, socket);
        }

        public async Task BookAsync(int count)
        {
            for (; count > 0; count--)
            {
                var answer = await _socket.RequestAsync(MessageIds.TourBook, JsonSerializer.Serialize(new { text = $"{++_bookings}", amount = 3 }));
                Assert.That(answer.Kind, Is.EqualTo(SessionFrame.Reply), answer.Text);
                _openedAt = _openedAt == 0 ? answer["epoch"].GetInt64() : _openedAt;
                Assert.That(
                    (answer["place"].GetInt64(), answer["balance"].GetInt64(), answer["epoch"].GetInt64()), Is.EqualTo((_bookings, 3 * _bookings, _openedAt)), "the same room, with all it knew");
                Silo = answer["silo"].GetString()!;
            }
        }

        public async Task BookUntilAsync(CancellationToken done)
        {
            while (!done.IsCancellationRequested)
            {
                await BookAsync(1);
            }
        }

        public void FallAsleep() => _socket.Abort();

        public async Task WakeAsync()
        {
            var earlier = _socket;
            _socket = await SessionSocket.ResumeAsync(gateway, earlier);
            Assert.That(_socket.Resumed, Is.True, _socket.Reason);
            _seen.AddRange(earlier.Pushes);
            await earlier.DisposeAsync();
        }

        public async Task CheckAsync()
        {
            await _socket.PushesAsync((int)_bookings - _seen.Count);
            Assert.That(_seen.Concat(_socket.Pushes).Select(static push => push["place"].GetInt64()), Is.EqualTo(Enumerable.Range(1, (int)_bookings)));
        }

        public ValueTask DisposeAsync() => _socket.DisposeAsync();
    }
}
