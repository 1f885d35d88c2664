using GameCluster.LoadTest.Histories;

namespace GameCluster.Tests.Histories;

/// <summary>
/// A server that keeps every promise, and its clients, in a few lines: what the clients see of any series of steps is a correct history. It begins with
/// a part in which everything happens that mutants need.
/// </summary>
internal sealed class ModelRun
{
    public const int Clients = 6;

    /// <summary>How long sessions may be away.</summary>
    public const long WindowMicroseconds = WindowMilliseconds * 1000;

    private const int Rooms = 2;
    private const long WindowMilliseconds = 60_000;
    private const long LongQuiet = 30_000_000;

    private readonly List<HistoryEvent> _events = [];
    private readonly ModelRoom[] _rooms = [.. Enumerable.Range(0, Rooms).Select(static _ => new ModelRoom())];
    private readonly List<ModelClient> _clients;
    private long _now;

    private ModelRun()
    {
        _clients = [.. Enumerable.Range(0, Clients).Select(index => new ModelClient($"{index}", $"board/{index % Rooms}", index % Rooms, Happened))];
    }

    public static List<HistoryEvent> Of(IEnumerable<ModelStep> steps)
    {
        var run = new ModelRun();
        run.Begin();
        foreach (var step in steps)
        {
            run.Apply(step.Kind, run._clients[step.Client], step.Amount);
        }

        run.Finish();
        return run._events;
    }

    private void Begin()
    {
        foreach (var client in _clients)
        {
            client.Open(WindowMilliseconds);
            client.Join();
        }

        ModelStepKind[] first =
        [
            ModelStepKind.Publish, ModelStepKind.Publish, ModelStepKind.Deliver, ModelStepKind.Publish, ModelStepKind.Deliver, ModelStepKind.Count,
            ModelStepKind.Cut, ModelStepKind.Publish,
        ];
        foreach (var kind in first)
        {
            _clients.ForEach(client => Apply(kind, client, 100));
        }

        // Everybody is away: one comes back and says something that the others have to be told by a resync.
        Apply(ModelStepKind.Resume, _clients[0], 0);
        Apply(ModelStepKind.Publish, _clients[0], 0);
        Apply(ModelStepKind.Resync, _clients[2], 0);
        Apply(ModelStepKind.Publish, _clients[0], 0);
        Apply(ModelStepKind.Deliver, _clients[2], 100);
        Apply(ModelStepKind.Deliver, _clients[0], 100);
        Apply(ModelStepKind.Leave, _clients[0], 0);
        Apply(ModelStepKind.Join, _clients[0], 0);
    }

    private void Finish()
    {
        foreach (var kind in new[] { ModelStepKind.Resume, ModelStepKind.Join, ModelStepKind.Publish, ModelStepKind.Deliver, ModelStepKind.Count })
        {
            _clients.ForEach(client => Apply(kind, client, int.MaxValue));
        }

        _now += LongQuiet;
        _clients.ForEach(client => client.Deliver(int.MaxValue));
        _clients.ForEach(static client => client.End());
    }

    private void Apply(ModelStepKind kind, ModelClient client, int amount)
    {
        switch (kind)
        {
            case ModelStepKind.Publish when client.IsMember && client.IsConnected:
                Publish(client, EventType.Ok, null, isDone: true);
                break;
            case ModelStepKind.PublishRefused when client.IsMember && client.IsConnected:
                Publish(client, EventType.Fail, 503, isDone: false);
                break;
            case ModelStepKind.PublishUnknown when client.IsMember && client.IsConnected:
                Publish(client, EventType.Info, 504, isDone: amount % 2 == 0);
                break;
            case ModelStepKind.Deliver when client.IsConnected:
                client.Deliver(amount);
                break;
            case ModelStepKind.Live when client.IsConnected:
                client.Live();
                break;
            case ModelStepKind.Count when client.IsConnected:
                client.Count(_rooms[client.Room]);
                break;
            case ModelStepKind.Cut when client.IsConnected:
                client.Cut(amount % 2 == 0 ? EventOp.Cut : "1006");
                break;
            case ModelStepKind.Resume when !client.IsConnected:
                client.Resume();
                break;
            case ModelStepKind.Resync when !client.IsConnected:
                client.Resume();
                client.Resync();
                break;
            case ModelStepKind.Lose when !client.IsConnected:
                // Nobody who is connected waits so long.
                _clients.FindAll(static other => other.IsConnected).ForEach(static other => other.Deliver(int.MaxValue));
                _now += WindowMicroseconds;
                client.Lose();
                client.Open(WindowMilliseconds);
                break;
            case ModelStepKind.Leave when client.IsMember && client.IsConnected:
                client.Leave();
                break;
            case ModelStepKind.Failover:
                _rooms[client.Room].Epoch++;
                break;
            case ModelStepKind.Join when !client.IsMember && client.IsConnected:
                client.Join();
                break;
        }
    }

    private void Publish(ModelClient publisher, EventType answer, long? code, bool isDone)
    {
        var room = _rooms[publisher.Room];
        var value = publisher.Publish(answer, code ?? room.Done + 1, room);
        if (isDone)
        {
            room.Done++;
            room.Balance += Amount.Of(value);
        }

        foreach (var member in _clients.Where(client => isDone && client.IsMember && client.Room == publisher.Room))
        {
            member.Push(value, room);
        }
    }

    private void Happened(HistoryEvent happened) => _events.Add(happened with { T = _now += 10 });
}
