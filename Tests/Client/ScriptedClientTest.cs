using System.Threading.Channels;
using GameCluster.Client;

namespace GameCluster.Tests.Client;

/// <summary>The C# client, and a peer that does what a real gateway cannot be made to do.</summary>
internal abstract class ScriptedClientTest
{
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    protected ScriptedGateway Gateway { get; private set; }

    protected GameClient Client { get; set; }

    [SetUp]
    public async Task StartAsync()
    {
        Gateway = await ScriptedGateway.StartAsync();
        Client = NewClient();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await Client.DisposeAsync();
        await Gateway.DisposeAsync();
    }

    protected static Task<T> Next<T>(Action<Action<T>> subscribe)
    {
        var next = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        subscribe(value => next.TrySetResult(value));
        return next.Task.WaitAsync(Limit);
    }

    protected static async Task<List<T>> TakeAsync<T>(Channel<T> channel, int count, Func<T, bool>? leaveOut = null)
    {
        using var limit = new CancellationTokenSource(Limit);
        var taken = new List<T>();
        while (taken.Count < count)
        {
            var value = await channel.Reader.ReadAsync(limit.Token);
            if (leaveOut?.Invoke(value) != true)
            {
                taken.Add(value);
            }
        }

        return taken;
    }

    protected GameClient NewClient(Action<GameClientOptions>? change = null)
    {
        var options = new GameClientOptions
        {
            Addresses = [Gateway.Address],
            LeastPause = TimeSpan.FromMilliseconds(1),
            GreatestPause = TimeSpan.FromMilliseconds(1),
            PingInterval = TimeSpan.FromMinutes(1),
            Context = null,
        };
        change?.Invoke(options);
        return new GameClient(options);
    }

    protected async Task<ScriptedLine> OpenAsync(string streams = "[]", int pending = 256, int frame = 65536, string ack = """{"messages":64,"time":5000}""")
    {
        var connecting = Client.ConnectAsync();
        var line = await Gateway.AcceptAsync();
        await line.WelcomeAsync(streams: streams, pending: pending, frame: frame, ack: ack);
        await connecting;
        return line;
    }

    protected sealed record Count(int N);
}
