namespace GameCluster.Gateway.Hosting;

/// <summary>
/// What arrives on a socket is handled on the thread that noticed it, instead of being handed to a thread of the pool: for messages of a few microseconds the hand-over costs as much as the message.
/// So nothing that reads a socket may block its thread; game code never runs there, as grains have threads of the pool. See docs/decisions/0023-inline-sockets.md.
/// </summary>
internal static class SocketSettings
{
    /// <summary>Read once by the runtime, when the process uses its first socket. What the environment says already stays.</summary>
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    public static void UseInlineSockets(this WebApplicationBuilder builder)
    {
        var node = builder.Configuration.GetSection(NodeOptions.SectionName).Get<NodeOptions>() ?? new NodeOptions();
        if (!node.InlineSockets)
        {
            return;
        }

        if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
        {
            Environment.SetEnvironmentVariable(InlineCompletions, "1");
        }

        builder.WebHost.UseSockets(static sockets => sockets.UnsafePreferInlineScheduling = true);
    }
}
