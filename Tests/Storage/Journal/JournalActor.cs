using GameCluster.Rooms.Journal;

namespace GameCluster.Tests.Storage.Journal;

/// <summary>A room's activation on one silo, as far as its journal is concerned. It opens the room, and writes with whatever claim it has, whether or not it was fenced.</summary>
internal sealed class JournalActor(IRoomJournal journal, RoomName room, string name)
{
    private const int Open = 0;

    private RoomClaim? _claim;
    private long _last;

    /// <summary>Version and body of what was acknowledged.</summary>
    public List<string> Acknowledged { get; } = [];

    /// <summary>Epoch of each claim, and how many entries it found.</summary>
    public List<(long Epoch, int Seen)> Openings { get; } = [];

    public async Task RunAsync(IReadOnlyList<int> steps)
    {
        foreach (var step in steps)
        {
            if (_claim is null || step == Open)
            {
                await OpenAsync();
            }
            else
            {
                await AppendAsync(step);
            }
        }
    }

    private async Task OpenAsync()
    {
        var opening = (await journal.OpenAsync(room))!;
        _claim = opening.Claim;
        _last = opening.Entries[^1].Version;
        Openings.Add((_claim.Epoch, opening.Entries.Count));
    }

    private async Task AppendAsync(int step)
    {
        var text = $"{name}.{step}.{Acknowledged.Count}@{_claim!.Epoch}";
        var outcome = await journal.AppendAsync(_claim, _last + 1, text);
        Assert.That(outcome, Is.AnyOf(AppendOutcome.Appended, AppendOutcome.Fenced));
        if (outcome == AppendOutcome.Appended)
        {
            Acknowledged.Add($"{++_last}:{text}");
        }
    }
}
