using System.Net;
using BenchmarkDotNet.Attributes;
using GameCluster.Push;
using GameCluster.Rooms;
using GameCluster.Services;
using GameCluster.Sessions;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace GameCluster.Benchmarks;

/// <summary>What a room's stream costs for a message of 100 bytes to 1,000 members on two gateways; without the way to them.</summary>
[MemoryDiagnoser]
public class StreamBenchmarks
{
    private const int Members = 1000;

    private readonly byte[] _body = new byte[100];
    private readonly SessionId[] _sessions = [.. Enumerable.Range(1, Members).Select(static number => new SessionId(new Guid(number, 0, 0, new byte[8])))];
    private readonly SiloAddress[] _gateways = [.. Enumerable.Range(1, 2).Select(static number => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, number), 1))];
    private StreamCore _stream = null!;

    /// <summary>Members on both gateways.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _stream = new StreamCore(GrainId.Create("service.room", "room"), new Nowhere(), new WindowBudget(Options.Create(new SessionOptions { WindowBudgetBytes = long.MaxValue })), TimeProvider.System);
        for (var i = 0; i < Members; i++)
        {
            _stream.Join(_sessions[i], isSpectator: i % 10 == 0);
            _stream.Resume(_sessions[i], _gateways[i % 2], 1, 0);
        }
    }

    /// <summary>Numbered and kept.</summary>
    [Benchmark(Description = "to all, reliable", Baseline = true)]
    public void Reliable() => _stream.Publish(1, _body, DeliveryClass.Reliable, null, StreamAudience.Everyone);

    /// <summary>Neither numbered nor kept.</summary>
    [Benchmark(Description = "to all, droppable")]
    public void Droppable() => _stream.Publish(1, _body, DeliveryClass.Droppable, null, StreamAudience.Everyone);

    /// <summary>Numbered and kept, for nine of ten.</summary>
    [Benchmark(Description = "to players, reliable")]
    public void ToPlayers() => _stream.Publish(1, _body, DeliveryClass.Reliable, null, StreamAudience.Players);

    /// <summary>Numbered and kept, for one.</summary>
    [Benchmark(Description = "to one, reliable")]
    public void ToOne() => _stream.Publish(1, _body, DeliveryClass.Reliable, null, StreamAudience.Only(_sessions[500]));

    /// <summary>One member comes back and lacks nothing.</summary>
    [Benchmark(Description = "one member resumes")]
    public void Resume() => _stream.Resume(_sessions[0], _gateways[0], 1, _stream.TryFind(_sessions[0], out var subscriber) ? subscriber.Last : 0);

    private sealed class Nowhere : IStreamSink
    {
        public void Deliver(SiloAddress gateway, StreamDelivery delivery, long madeAt)
        {
        }

        public void Close(SiloAddress gateway, SessionId[] sessions, long epoch)
        {
        }
    }
}
