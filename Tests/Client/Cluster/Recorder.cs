using GameCluster.Client;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.Client.Cluster;

/// <summary>Everything that a client was told, in order.</summary>
internal sealed class Recorder
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<object> _events = [];

    public Recorder(GameClient client)
    {
        client.Opened += Note;
        client.SessionLost += Note;
        client.Reconnecting += Note;
        client.Closed += Note;
        client.Resync += Note;
        client.StreamChanged += Note;
        client.GoingAway += Note;
        client.Kicked += Note;
        client.UnhandledPush += Note;
        client.Failed += Note;
        client.OnPush<Text>(MessageIds.Pushed, (text, push) => Note(new Pushed(push.Number, text!.Value)));
    }

    public IReadOnlyList<T> Of<T>()
    {
        lock (_gate)
        {
            return [.. _events.OfType<T>()];
        }
    }

    /// <summary>Waits until there are as many events of a type, and returns all of it.</summary>
    public async Task<IReadOnlyList<T>> WaitForAsync<T>(int count = 1)
    {
        await Wait.UntilAsync(() => Of<T>().Count >= count, Limit, $"{count} of {typeof(T).Name}", () => string.Join('\n', Of<object>()));
        return Of<T>();
    }

    private void Note(object what)
    {
        lock (_gate)
        {
            _events.Add(what);
        }
    }

    /// <summary>A push of the test services, with its number.</summary>
    internal sealed record Pushed(uint Number, string Text);

    internal sealed record Text([property: System.Text.Json.Serialization.JsonPropertyName("text")] string Value);
}
