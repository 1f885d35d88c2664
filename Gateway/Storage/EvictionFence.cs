using System.Net.Sockets;

namespace GameCluster.Gateway.Storage;

/// <summary>
/// Between an eviction and its effects. A member that was taken for dead may be alive, cut off from the others; until it has read so in the table of members it
/// answers. So nobody sees the eviction before <see cref="HoldTime"/> is over, in which the evicted, who asks every <see cref="AskInterval"/>, ends.
/// </summary>
/// <remarks>See docs/decisions/0024.</remarks>
internal sealed partial class EvictionFence(ILocalSiloDetails self, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<EvictionFence> logger)
{
    /// <summary>How often a member asks whether it has been evicted.</summary>
    public static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Three times the interval, for a question that is late or slow.</summary>
    private static readonly TimeSpan HoldTime = TimeSpan.FromMilliseconds(750);

    // Whom this process has read to be dead. Null until it has read anything: what is dead by then is older than its start.
    private volatile HashSet<SiloAddress>? _dead;

    /// <summary>Ends this process if its own row among the ones read says that it is dead.</summary>
    public void OnRowRead(MembershipTableData data)
    {
        if (!lifetime.ApplicationStopping.IsCancellationRequested
            && data.Members.Any(member => member.Item1.SiloAddress.Equals(self.SiloAddress) && member.Item1.Status == SiloStatus.Dead))
        {
            Environment.FailFast($"The cluster has taken {self.SiloAddress} ({self.Name}) for dead, so this process ends. It was frozen, starved of CPU or cut off; started again, it joins anew.");
        }
    }

    /// <summary>Before all members that were read are passed on.</summary>
    public async Task OnReadAsync(MembershipTableData data, CancellationToken cancellationToken)
    {
        OnRowRead(data);
        var dead = data.Members.Select(static member => member.Item1).Where(static entry => entry.Status == SiloStatus.Dead).ToList();
        if (_dead is { } known)
        {
            await Task.WhenAll(dead.Where(entry => IsEvicted(entry) && !known.Contains(entry.SiloAddress)).Select(entry => HoldAsync(entry, cancellationToken)));
        }

        _dead = [.. dead.Select(static entry => entry.SiloAddress)];
    }

    /// <summary>After this process has written a row of the table.</summary>
    public Task OnWrittenAsync(MembershipEntry entry, CancellationToken cancellationToken) =>
        entry.Status == SiloStatus.Dead && IsEvicted(entry) ? HoldAsync(entry, cancellationToken) : Task.CompletedTask;

    /// <summary>One that leaves in good order says so itself; it has nobody's votes.</summary>
    private bool IsEvicted(MembershipEntry entry) => entry.SuspectTimes is { Count: > 0 } && !entry.SiloAddress.Endpoint.Equals(self.SiloAddress.Endpoint);

    /// <summary>A member whose machine refuses connections to it has ended for certain: then there is nothing to wait for.</summary>
    private async Task HoldAsync(MembershipEntry entry, CancellationToken cancellationToken)
    {
        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        held.CancelAfter(HoldTime);
        var holding = Task.Delay(HoldTime, time, cancellationToken);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(entry.SiloAddress.Endpoint, held.Token);
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionRefused)
        {
            LogRefuses(entry.SiloAddress, entry.SiloName);
            return;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            // Unreachable from here, which says nothing about whether it lives.
        }

        await holding;
    }

    [LoggerMessage(LogLevel.Information, "The evicted {Silo} ({Name}) refuses connections: its process has ended, its place is free at once")]
    private partial void LogRefuses(SiloAddress silo, string? name);
}
