using System.Text.Json;
using System.Text.Json.Serialization;

namespace GameCluster.Client;

/// <summary>How a client behaves. A client reads it once, when it is made.</summary>
public sealed class GameClientOptions
{
    /// <summary>Gateways of one cluster, <c>ws</c> or <c>wss</c>. Each attempt takes the next one; the first is chosen at random.</summary>
    public IReadOnlyList<Uri> Addresses { get; set; } = [];

    /// <summary>The client's software, for the server's logs; at most 64 characters.</summary>
    public string Name { get; set; } = "gamecluster-csharp/0.1.0";

    /// <summary>How long a request may wait for its answer, reconnects included. Default 20 s; infinite is allowed.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long connecting is tried at first. Default 30 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one attempt may take until welcome. Default 10 s.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Requests without an answer, sent or waiting. Default 256; further ones fail.</summary>
    public int MaxRequests { get; set; } = 256;

    /// <summary>Between pings. Default 15 s, and never more than a third of the server's idle time-out.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the server may be silent after a ping. Default 10 s.</summary>
    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The first pause between attempts is at most so long. Default 250 ms; it doubles each time.</summary>
    public TimeSpan LeastPause { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>No pause is longer. Default 15 s.</summary>
    public TimeSpan GreatestPause { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>For bodies. Default: members in snake_case and nulls left out, as services read and write it.</summary>
    public JsonSerializerOptions Json { get; set; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Where jitter comes from. Seed it to replay a run.</summary>
    public Random Random { get; set; } = new();

    /// <summary>
    /// Where handlers and events run. Default: the context of the thread that makes the client, which in Unity is the main thread; without one, the thread pool.
    /// One after another in either case.
    /// </summary>
    public SynchronizationContext? Context { get; set; } = SynchronizationContext.Current;

    internal void Validate()
    {
        if (Addresses.Count == 0 || Addresses.Any(static address => !address.IsAbsoluteUri || address.Scheme is not ("ws" or "wss")))
        {
            throw new ArgumentException("A client needs addresses such as ws://localhost:20000/.", nameof(Addresses));
        }
    }
}
