namespace GameCluster.Rooms;

/// <summary>How much a stream keeps for members that miss something. What is older or more is dropped from the old end.</summary>
/// <param name="Messages">The most numbered messages.</param>
/// <param name="Bytes">The most bytes of numbered messages, and again of <see cref="Services.DeliveryClass.Latest"/> values.</param>
/// <param name="Age">How long a numbered message is kept.</param>
/// <param name="LatestKeys">The most <see cref="Services.DeliveryClass.Latest"/> values.</param>
internal sealed record StreamLimits(int Messages, int Bytes, TimeSpan Age, int LatestKeys)
{
    public static StreamLimits Default { get; } = new(1024, 256 * 1024, TimeSpan.FromSeconds(60), 1024);
}
