namespace GameCluster.Tests.Cluster;

/// <summary>What a crowd noticed of something that happened at a moment.</summary>
internal sealed class Disturbance
{
    private readonly List<(Talker Talker, List<Exchange> Exchanges)> _all;
    private readonly List<TimeSpan> _recoveries;

    public Disturbance(TimeSpan moment, IEnumerable<Talker> talkers)
    {
        _all = [.. talkers.Select(talker => (talker, talker.Exchanges.Where(exchange => exchange.RepliedAt >= moment).ToList()))];
        _recoveries =
        [
            .. _all.Where(static entry => entry.Exchanges.Exists(static exchange => exchange.IsDisturbed))
                .Select(entry => entry.Exchanges.FindLast(static exchange => exchange.IsDisturbed)!.RepliedAt - moment)
                .Order(),
        ];
    }

    public List<Exchange> Errors => [.. _all.SelectMany(static entry => entry.Exchanges).Where(static exchange => exchange.IsError)];

    /// <summary>The most that one session got.</summary>
    public int MostErrors => _all.Max(static entry => entry.Exchanges.Count(static exchange => exchange.IsError));

    public TimeSpan SlowestReply => _all.SelectMany(static entry => entry.Exchanges).Max(static exchange => exchange.Took);

    /// <summary>How long after the moment the last session was disturbed for the last time.</summary>
    public TimeSpan WorstRecovery => _recoveries.LastOrDefault();

    /// <summary>Sessions whose game lost its memory.</summary>
    public int Lost => _all.Count(static entry => entry.Talker.LostAt is not null);

    /// <summary>Rolls of sessions whose game certainly stayed where it was, and so should have noticed nothing.</summary>
    public List<Exchange> OfSurvivors =>
        [.. _all.Where(static entry => entry.Talker is { LostAt: null, IsAmbiguous: false }).SelectMany(static entry => entry.Exchanges).Where(static exchange => exchange.MessageId == 30000)];

    public override string ToString()
    {
        var errors = string.Join(", ", Errors.GroupBy(static error => (error.MessageId, error.Code)).Select(static group => $"{group.Count()} x {group.Key}"));
        var survivors = OfSurvivors;
        return $"{_all.Count} sessions, {_recoveries.Count} disturbed, {Lost} lost their game; recovery median {Median(_recoveries):s\\.fff} s, "
            + $"worst {WorstRecovery:s\\.fff} s; slowest reply {SlowestReply:s\\.fff} s, of a surviving game {(survivors.Count == 0 ? default : survivors.Max(static exchange => exchange.Took)):s\\.fff} s; "
            + $"errors: {(errors.Length == 0 ? "none" : errors)} in {_all.Sum(static entry => entry.Exchanges.Count)} requests";
    }

    private static TimeSpan Median(List<TimeSpan> values) => values.Count == 0 ? default : values[values.Count / 2];
}
