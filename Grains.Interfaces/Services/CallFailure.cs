namespace GameCluster.Services;

/// <summary>Tells, of an exception that an Orleans call ended with, whether the call can have reached its grain.</summary>
public static class CallFailure
{
    /// <summary>
    /// A rejection means that nobody took the message; so does a placement that found no silo. A time-out or a silo that went away leave the
    /// outcome open. Anything else came out of the grain's activation and leaves it open too.
    /// </summary>
    public static DeliveryFailure Classify(Exception exception) => exception switch
    {
        SiloUnavailableException or TimeoutException => DeliveryFailure.Unknown,
        OrleansMessageRejectionException => DeliveryFailure.NotDelivered,
        _ when exception.GetType() == typeof(OrleansException) => DeliveryFailure.NotDelivered,
        _ => DeliveryFailure.Unknown,
    };
}
