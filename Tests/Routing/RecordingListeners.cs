using System.Collections.Concurrent;
using System.Threading.Channels;
using GameCluster.Routing;

namespace GameCluster.Tests.Routing;

/// <summary>Gateways that note what they are told; some never answer, some fail.</summary>
internal sealed class RecordingListeners : IRouteListeners
{
    private readonly Channel<(SiloAddress Gateway, RouteSnapshot Snapshot)> _told = Channel.CreateUnbounded<(SiloAddress, RouteSnapshot)>();

    public ConcurrentDictionary<SiloAddress, Task> Answers { get; } = [];

    public async Task<(SiloAddress Gateway, RouteSnapshot Snapshot)> NextAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return await _told.Reader.ReadAsync(timeout.Token);
    }

    public bool HasMore => _told.Reader.TryPeek(out _);

    public async ValueTask NotifyAsync(SiloAddress gateway, RouteSnapshot snapshot)
    {
        _told.Writer.TryWrite((gateway, snapshot));
        await Answers.GetValueOrDefault(gateway, Task.CompletedTask);
    }
}
