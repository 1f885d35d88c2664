using System.Diagnostics;

namespace GameCluster.Diagnostics;

/// <summary>
/// The spans of a lane's call: <c>gamecluster.call</c> at the gateway, and <c>gamecluster.handle</c> below it where the grain runs. They cost nothing
/// unless somebody listens to the source; how many calls are sampled is the listener's choice (<c>OTEL_TRACES_SAMPLER</c>).
/// </summary>
public static class CallTrace
{
    /// <summary>The activity source.</summary>
    public const string SourceName = "GameCluster.Calls";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Starts the gateway's span, or returns null when this call is not traced. It is not made current: the call ends on another thread.</summary>
    public static Activity? StartCall(string service, int frames)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var current = Activity.Current;
        Activity.Current = null;
        var call = Source.StartActivity("gamecluster.call", ActivityKind.Client);
        call?.SetTag("gamecluster.service", service).SetTag("gamecluster.frames", frames);
        Activity.Current = current;
        return call;
    }

    /// <summary>Starts the grain's span below the gateway's, or returns null when the call is not traced.</summary>
    public static Activity? StartHandle(string service, string? parent)
    {
        if (parent is null)
        {
            return null;
        }

        var handle = Source.StartActivity("gamecluster.handle", ActivityKind.Server, parent);
        return handle?.SetTag("gamecluster.service", service);
    }
}
