using System.Globalization;

namespace GameCluster.LoadTest.Swarm;

/// <summary>What makes a publish unique, and tells when it was sent.</summary>
/// <param name="Bot">The publisher.</param>
/// <param name="Sequence">Its how manieth publish, over all its sessions.</param>
/// <param name="SentAt">Microseconds since the swarm began.</param>
internal readonly record struct PublishMark(int Bot, int Sequence, long SentAt)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Bot}.{Sequence}.{SentAt}");
}
