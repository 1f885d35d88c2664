using GameCluster.Services;

namespace GameCluster.Tests.Routing;

/// <summary>Catalog entries for tests.</summary>
internal static class DeclaredService
{
    public static ServiceDescriptor Named(string name, params int[] messageIds) => new()
    {
        Name = name,
        GrainType = $"svc.{name}",
        Role = name,
        Handlers = [.. messageIds.Select(id => new HandlerDescriptor { MessageId = id })],
    };
}
