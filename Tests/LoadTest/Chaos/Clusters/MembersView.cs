using System.Net.Http.Headers;
using System.Text.Json;
using GameCluster.LoadTest.Processes;

namespace GameCluster.LoadTest.Chaos.Clusters;

/// <summary>Which members the gateways of a compose deployment see.</summary>
internal sealed class MembersView : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly HttpClient _client = new() { Timeout = Patience };

    /// <param name="key">The admin key.</param>
    public MembersView(string key) => _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);

    /// <summary>All of them, once they are known.</summary>
    public IReadOnlyList<ContainerNode> Gateways { get; set; } = [];

    /// <summary>Whether a gateway other than itself has it for an active member; itself where there is no other.</summary>
    public async Task<bool> HasAsync(ContainerNode node)
    {
        foreach (var gateway in Gateways.Where(gateway => gateway.Admin is not null && (gateway != node || Gateways.Count == 1)))
        {
            try
            {
                var members = await ClusterOfProcesses.ActiveSilosAsync(_client, new Uri(gateway.Admin!, ClusterOfProcesses.StatusPath));
                if (members.Any(name => name.StartsWith(node.MemberPrefix, StringComparison.Ordinal)))
                {
                    return true;
                }
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException)
            {
                // It is starting, stands still or is off the network: ask the next.
            }
        }

        return false;
    }

    public void Dispose() => _client.Dispose();
}
