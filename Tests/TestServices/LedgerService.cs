using GameCluster.Services;

namespace GameCluster.Tests.TestServices;

/// <summary>Counts what it is told to do, so that a test sees what was done twice; pushes to whoever asks.</summary>
[Service("tests.ledger")]
[Pushes(MessageIds.Entered)]
internal sealed class LedgerService : ServiceGrain
{
    private int _entries;

    [Handles(MessageIds.Enter)]
    public async Task<CountReply> EnterAsync(DelayRequest request, MessageContext context, CancellationToken stopping)
    {
        if (request.Milliseconds > 0)
        {
            Ledger.Note(context.Session, "tests.ledger has begun");
            await Task.Delay(request.Milliseconds, stopping);
        }

        return new CountReply(++_entries);
    }

    [Handles(MessageIds.EnterAndPush)]
    public CountReply EnterAndPush(MessageContext context)
    {
        context.Push(MessageIds.Entered, new CountReply(++_entries));
        return new CountReply(_entries);
    }

    [Handles(WellKnownMessages.Offline)]
    public void End(MessageContext context) => Ledger.Note(context.Session, "tests.ledger");
}
