using System.Data.Common;
using System.Threading.Channels;
using GameCluster.Rooms;
using GameCluster.Rooms.Journal;
using GameCluster.Silo.Storage.Journal;

namespace GameCluster.Tests.Storage.Journal;

/// <summary>The queue on a database that answers when the test says so: for what real ones do too, but rarely at the moment that matters.</summary>
internal sealed class AppendQueueTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly RoomClaim _room = new(1, new RoomName("board", "a"), 1);

    [Test]
    public async Task AppendAsync_AnswerToACallThatWasGivenUp_SaysNothingOfLaterEntries()
    {
        await using var database = new SlowDatabase();
        await using var silo = new JournalSilo(database);
        var first = silo.Journal.AppendAsync(_room, 1, "first");
        var frozen = await database.NextCallAsync();
        Assert.That(await first, Is.EqualTo(AppendOutcome.Unknown), "its time is up");

        var second = SendAsync();
        var call = await database.NextCallAsync();
        frozen.Answer();
        await frozen.Closed.WaitAsync(Limit);
        Assert.That(call.Sent!.Single().IsDone, Is.False, "only its own call can say that it is written");
        call.Answer();

        Assert.That(await second, Is.EqualTo(AppendOutcome.Appended));

        // Refused until the queue has logged in again.
        async Task<AppendOutcome> SendAsync()
        {
            AppendOutcome outcome;
            do
            {
                outcome = await silo.Journal.AppendAsync(_room, 1, "second");
            }
            while (outcome == AppendOutcome.Unavailable);

            return outcome;
        }
    }

    /// <summary>Holds each call until it is told to answer.</summary>
    private sealed class SlowDatabase : IJournalDatabase
    {
        private readonly Channel<SlowConnection> _calls = Channel.CreateUnbounded<SlowConnection>();

        public string Name => "slow";

        public string WaitForWriters => "";

        public Task<SlowConnection> NextCallAsync() => _calls.Reader.ReadAsync().AsTask().WaitAsync(Limit);

        public Task<IAppendConnection> ConnectAsync(CancellationToken cancellationToken) => Task.FromResult<IAppendConnection>(new SlowConnection(_calls.Writer));

        public Task<T> RunAsync<T>(Func<DbConnection, Task<T>> work, TimeSpan limit) => throw new NotSupportedException();

        public Task<IAsyncDisposable?> TryBeAloneAsync() => throw new NotSupportedException();

        public void Forget()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class SlowConnection(ChannelWriter<SlowConnection> calls) : IAppendConnection
    {
        private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Closed => _closed.Task;

        /// <summary>What the call is to write.</summary>
        public IReadOnlyList<PendingAppend>? Sent { get; private set; }

        public void Answer() => _answer.SetResult();

        public async Task AppendAsync(IReadOnlyList<PendingAppend> batch)
        {
            Sent = batch;
            calls.TryWrite(this);
            await _answer.Task;
            foreach (var pending in batch)
            {
                pending.Complete(AppendOutcome.Appended);
            }
        }

        public Task PingAsync() => Task.CompletedTask;

        public ValueTask DisposeAsync()
        {
            _closed.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
