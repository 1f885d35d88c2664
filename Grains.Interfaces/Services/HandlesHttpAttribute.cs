namespace GameCluster.Services;

/// <summary>
/// Marks a method of a service that answers an HTTP request at the gateways' HTTP port. Parameters, each optional: one request type (from the JSON body),
/// <c>HttpCall</c>, <c>CancellationToken</c>. Results as for <see cref="HandlesAttribute"/>, or an <c>HttpReply</c>.
/// The grain is the one named by the query parameter <c>key</c>, or the fixed one, or any of a stateless service.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class HandlesHttpAttribute(string method, string path) : Attribute
{
    /// <summary>GET, POST, PUT or DELETE.</summary>
    public string Method { get; } = method;

    /// <summary>An absolute path without parameters, such as <c>/csmj/notice</c>. Paths below /admin, /healthz, /readyz, /metrics and /openapi are taken.</summary>
    public string Path { get; } = path;

    /// <summary>Whether a caller without the admin key is served.</summary>
    public bool AllowAnonymous { get; init; }
}
