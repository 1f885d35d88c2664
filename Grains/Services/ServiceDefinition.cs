using System.Collections.Frozen;

namespace GameCluster.Services;

/// <summary>A service class as it is dispatched to.</summary>
internal sealed record ServiceDefinition(
    Type GrainClass,
    ServiceDescriptor Descriptor,
    FrozenDictionary<int, Handler<MessageContext>> Messages,
    FrozenDictionary<string, Handler<HttpCall>> HttpEndpoints)
{
    /// <summary>The key of <see cref="HttpEndpoints"/>.</summary>
    public static string EndpointKey(string method, string path) => $"{method} {path}";
}
