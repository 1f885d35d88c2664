using System.Diagnostics;
using System.Text;
using GameCluster.Rooms.Journal;

namespace GameCluster.Tests.Storage.Journal;

/// <summary>A room that writes as fast as it can and does what the contract says after each outcome; it remembers what it was told.</summary>
internal sealed class JournalWriter(IRoomJournal journal, RoomClaim claim)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly List<string> _acknowledged = [];
    private readonly HashSet<string> _refused = [];
    private readonly HashSet<string> _unknown = [];
    private long _last;
    private int _number;

    public RoomClaim Claim => claim;

    public int Acknowledged => _acknowledged.Count;

    public int Unknown => _unknown.Count;

    /// <summary>The longest that an outcome took.</summary>
    public TimeSpan Longest { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var text = $"{++_number}";
            var clock = Stopwatch.StartNew();
            var outcome = await journal.AppendAsync(claim, _last + 1, text);
            Longest = clock.Elapsed > Longest ? clock.Elapsed : Longest;
            switch (outcome)
            {
                case AppendOutcome.Appended:
                    _acknowledged.Add($"{++_last}:{text}");
                    break;
                case AppendOutcome.Unavailable:
                    _refused.Add(text);
                    await Task.Delay(Pause, CancellationToken.None);
                    break;
                case AppendOutcome.Unknown:
                    _unknown.Add(text);
                    await CatchUpAsync();
                    break;
                case AppendOutcome.Behind:
                    _refused.Add(text);
                    await CatchUpAsync();
                    break;
                default:
                    Assert.Fail($"{claim.Room}: {outcome}, though nobody else opened it");
                    break;
            }
        }
    }

    /// <summary>Compares what is in the journal with what it was told.</summary>
    public void Check(IReadOnlyList<JournalEntry> entries)
    {
        var bodies = entries.Select(static entry => Encoding.UTF8.GetString(entry.Body.Span)).ToList();
        Assert.That(entries.Select(static entry => entry.Version), Is.EqualTo(Enumerable.Range(1, entries.Count)), "no gap, nothing twice");
        Assert.That(_acknowledged.Except(entries.Texts()), Is.Empty, "what was acknowledged is there, under its version");
        Assert.That(bodies.Intersect(_refused), Is.Empty, "what was refused is not");
        Assert.That(bodies.Select(int.Parse), Is.Ordered.Ascending);
        Assert.That(bodies, Is.Unique);
        Assert.That(entries, Has.Count.LessThanOrEqualTo(_acknowledged.Count + _unknown.Count));
    }

    private async Task CatchUpAsync()
    {
        while (true)
        {
            try
            {
                var tail = (await journal.ReadTailAsync(claim, _last))!;
                _last += tail.Count;
                return;
            }
            catch (JournalUnavailableException)
            {
                await Task.Delay(Pause);
            }
        }
    }
}
