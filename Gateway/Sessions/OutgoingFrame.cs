using GameCluster.Gateway.Protocol;
using GameCluster.Services;

namespace GameCluster.Gateway.Sessions;

/// <summary>A frame on its way to a client. The body must not be changed.</summary>
/// <param name="MessageId">The message's id.</param>
/// <param name="Body">Its body.</param>
/// <param name="Session">What a connection of version 1 says besides.</param>
/// <param name="Class">What may become of it if the client reads slowly.</param>
/// <param name="Key">What a <see cref="DeliveryClass.Latest"/> message is the newest of.</param>
internal readonly record struct OutgoingFrame(
    int MessageId, byte[] Body, SessionFrame Session = default, DeliveryClass Class = DeliveryClass.Reliable, string? Key = null)
{
    /// <summary>Whether this frame makes an earlier one that still waits superfluous.</summary>
    public bool Replaces(in OutgoingFrame earlier) =>
        Class == DeliveryClass.Latest && earlier.Class == DeliveryClass.Latest
        && MessageId == earlier.MessageId && Key == earlier.Key && Session.Stream == earlier.Session.Stream;
}
