using System.Net;
using System.Text;
using GameCluster.Services;
using GameCluster.Sessions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace GameCluster.Tests.Services;

/// <summary>Calls a service's grain class as a gateway does, without a cluster around it.</summary>
internal static class TestLane
{
    public static readonly SiloAddress Silo = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1);
    public static readonly SessionId Session = SessionId.Create();

    public static IServiceGrain Host<T>(TimeProvider? clock = null, ILogger? logger = null, CancellationToken stopping = default)
        where T : ServiceGrain, new() => Host(new T(), clock, logger, stopping);

    public static IServiceGrain Host(
        ServiceGrain grain, TimeProvider? clock = null, ILogger? logger = null, CancellationToken stopping = default)
    {
        var type = grain.GetType();
        grain.Host = new ServiceHost(
            ServiceCatalog.BuildFrom(type).Find(type), ServiceJson.For(type.Assembly), clock ?? TimeProvider.System, logger ?? NullLogger.Instance, Silo, new NoCompletions(), stopping);
        return grain;
    }

    public static ValueTask<LaneReply> SendAsync(this IServiceGrain grain, params (int Id, string Body)[] frames) =>
        grain.SendAsync(null, null, frames);

    public static ValueTask<LaneReply> SendAsync(this IServiceGrain grain, string? player, string? room, params (int Id, string Body)[] frames) =>
        grain.HandleAsync(new LaneCall(
            Session, player, room, [.. frames.Select(frame => new InboundFrame(frame.Id, Encoding.UTF8.GetBytes(frame.Body)))]));

    public static async Task<OutboundFrame> AskAsync(this IServiceGrain grain, int id, string body)
    {
        var reply = await grain.SendAsync((id, body));
        Assert.That(reply.Frames, Has.Length.EqualTo(1), $"frames for message {id} with body {body}");
        return reply.Frames[0];
    }

    public static string Text(this OutboundFrame frame) => Encoding.UTF8.GetString(frame.Body);

    /// <summary>These lanes are called with <see cref="IServiceGrain.HandleAsync"/>, which answers by itself.</summary>
    private sealed class NoCompletions : ILaneCompletions
    {
        public void Complete(SiloAddress gateway, LaneCompletion completion) => throw new NotSupportedException();
    }

    public static string[] Texts(this LaneReply reply) => [.. reply.Frames.Select(Text)];
}
