using GameCluster.Services;

namespace GameCluster.Games.Demo;

/// <summary>What obEspoir's client posts to: any body is answered with a greeting.</summary>
[Service("http", Key = ServiceKey.Stateless)]
internal sealed class HelloService : ServiceGrain
{
    private static readonly byte[] Greeting = [.. "hello"u8];

    [HandlesHttp("POST", "/", AllowAnonymous = true)]
    public HttpReply Greet() => new(200, "text/plain", Greeting);
}
