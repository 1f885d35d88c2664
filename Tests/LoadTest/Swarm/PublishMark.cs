using System.Globalization;

namespace GameCluster.LoadTest.Swarm;

/// <summary>What makes a publish unique, and tells when it was sent.</summary>
/// <param name="Bot">The publisher.</param>
/// <param name="Sequence">Its how manieth publish, over all its sessions.</param>
/// <param name="SentAt">Microseconds since the swarm began.</param>
internal readonly record struct PublishMark(int Bot, int Sequence, long SentAt)
{
    public static bool TryParse(string text, out PublishMark mark)
    {
        var parts = text.Split('.');
        var (bot, sequence, sentAt) = (0, 0, 0L);
        var isMark = parts.Length == 3
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out bot)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out sequence)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out sentAt);
        mark = new PublishMark(bot, sequence, sentAt);
        return isMark;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Bot}.{Sequence}.{SentAt}");
}
