using System.Collections.Immutable;
using GameCluster.Gateway.Admin;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace GameCluster.Tests.Cluster;

/// <summary>What a process says of members it does not know enough of.</summary>
internal sealed class ClusterViewTests
{
    [Test]
    public async Task Broadcast_MemberWhoseRolesAreUnknown_IsSaidToBeSilent()
    {
        // Neither the clients of gateways and rooms nor a grain is needed as long as no member is known to be a gateway.
        var view = new ClusterView(new OneMember("gateway-1"), new NoMetadata(), null!, null!, null!);

        var (sessions, silent) = await view.BroadcastAsync(1, []);

        Assert.That(sessions, Is.Zero);
        Assert.That(silent, Is.EqualTo(new[] { "gateway-1" }));
    }

    private sealed class NoMetadata : ISiloMetadataCache
    {
        public SiloMetadata GetSiloMetadata(SiloAddress siloAddress) => SiloMetadata.Empty;
    }

    private sealed class OneMember(string name) : IClusterMembershipService
    {
        private static readonly SiloAddress Address = SiloAddress.New(System.Net.IPAddress.Loopback, 1, 1);

        public ClusterMembershipSnapshot CurrentSnapshot { get; } = new(
            ImmutableDictionary<SiloAddress, ClusterMember>.Empty.Add(Address, new ClusterMember(Address, SiloStatus.Active, name)), new MembershipVersion(1));

        public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => throw new NotSupportedException();

        public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<bool> TryKill(SiloAddress siloAddress) => throw new NotSupportedException();
    }
}
