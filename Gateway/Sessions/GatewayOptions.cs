using System.ComponentModel.DataAnnotations;

namespace GameCluster.Gateway.Sessions;

/// <summary>What a gateway allows its clients. Configuration section <c>GameCluster:Gateway</c>.</summary>
internal sealed class GatewayOptions
{
    public const string SectionName = "GameCluster:Gateway";

    /// <summary>The TCP port for clients. Default 20000.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 20000;

    /// <summary>The address the client port binds to. Default <c>0.0.0.0</c>: every interface.</summary>
    [Required]
    public string Address { get; set; } = "0.0.0.0";

    /// <summary>Connections at the same time; further ones are answered 503. Default 20,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 20_000;

    /// <summary>Sessions that are begun or resumed at the same time; further clients wait for their turn, those that resume first. Default 64.</summary>
    [Range(1, 100_000)]
    public int MaxHandshakes { get; set; } = 64;

    /// <summary>Clients that wait for that turn, 3 s at most; further ones are told when to come back. Default 2,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxWaitingHandshakes { get; set; } = 2000;

    /// <summary>The longest frame, header included, and the longest WebSocket message, in bytes. Default 64 KiB.</summary>
    [Range(64, 16 * 1024 * 1024)]
    public int MaxFrameBytes { get; set; } = 64 * 1024;

    /// <summary>How long a frame or message may be incomplete. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan FrameTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a client may be silent: only complete frames count. Zero switches it off. Default 300 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>How long nothing may come from a client before it is sent a WebSocket ping; zero for no pings. If nothing comes for as long again, it is gone. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one send may take before the client counts as a slow reader. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The most bytes that wait for one client to read. Default 256 KiB.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int SendQueueBytes { get; set; } = 256 * 1024;

    /// <summary>The most frames that wait for one client to read. Default 1,024.</summary>
    [Range(1, 1_000_000)]
    public int SendQueueFrames { get; set; } = 1024;

    /// <summary>The most frames of one session that are not answered yet; beyond that the gateway stops reading its socket. Default 256.</summary>
    [Range(1, 100_000)]
    public int MaxPendingFrames { get; set; } = 256;

    /// <summary>The most bytes of one session's unanswered frames; beyond that the gateway stops reading its socket. Default 256 KiB.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MaxPendingBytes { get; set; } = 256 * 1024;

    /// <summary>Whether frames go to a client's socket without Kestrel's pipe between: more of them for the same CPU time. Never with TLS at the client port. Default true.</summary>
    public bool DirectWrites { get; set; } = true;

    /// <summary>How long a request may take, retries included, before its sender gets an error. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stopping gateway waits for requests under way. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Values of the <c>Origin</c> header that may connect; empty allows every one. Sessions do not come from cookies, so a foreign page gains nothing by connecting;
    /// list your origins all the same where clients are browsers only.
    /// </summary>
    public string[] AllowedOrigins { get; set; } = [];

    /// <summary>Whether a browser that visits the client port gets the demonstration page. Default: only in Development.</summary>
    public bool? DemoPage { get; set; }
}
