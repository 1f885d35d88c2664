using GameCluster.Push;
using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Tests.Cluster;

internal sealed record RelayRequest(string Session, int Number);

internal sealed record RelayedMessage(int Number);

internal sealed record RelayReply(int Code, string Result);

/// <summary>A game that no process of the cluster has the code of: it passes a number on to another session.</summary>
[Service("tests.relay")]
[Pushes(Relayed)]
internal sealed class RelayService(IPush push) : ServiceGrain
{
    public const int Relay = 91000;
    public const int Relayed = 91001;

    [Handles(Relay)]
    public async Task<RelayReply> PassOnAsync(RelayRequest request)
    {
        var result = SessionId.TryParse(request.Session, out var session)
            ? await push.ToSessionAsync(session, Relayed, new RelayedMessage(request.Number))
            : PushResult.NoSession;
        return new RelayReply(ErrorCodes.Ok, result.ToString().ToLowerInvariant());
    }
}
