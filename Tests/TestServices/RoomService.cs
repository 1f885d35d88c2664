using GameCluster.Push;
using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Tests.TestServices;

/// <summary>One grain per room: what is said reaches everybody who has spoken there.</summary>
[Service("tests.room", Key = ServiceKey.Room)]
[Pushes(MessageIds.Said)]
internal sealed class RoomService(IPush push) : ServiceGrain
{
    private readonly HashSet<SessionId> _members = [];

    [Handles(MessageIds.Say)]
    public async Task<CountReply> SayAsync(TextMessage message, MessageContext context)
    {
        _members.Add(context.Session);
        var text = new TextMessage($"{context.Room}: {message.Text}");
        await Task.WhenAll(_members.Select(member => push.ToSessionAsync(member, MessageIds.Said, text).AsTask()));
        return new CountReply(_members.Count);
    }

    [Handles(WellKnownMessages.Offline)]
    public void End(MessageContext context)
    {
        _members.Remove(context.Session);
        Ledger.Note(context.Session, "tests.room");
    }
}
