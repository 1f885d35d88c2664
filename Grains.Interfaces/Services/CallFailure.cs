namespace GameCluster.Services;

/// <summary>Tells, of an exception that an Orleans call ended with, whether the call can have reached its grain.</summary>
public static class CallFailure
{
    /// <summary>
    /// A rejection means that nobody took the message; so does a placement that found no silo. A time-out or a silo that went away leave the
    /// outcome open. A cancellation is that of a look-up of the grain's place, when members come and go: no call of ours can be cancelled and handlers' exceptions do not get
    /// here. A grain that refuses says so itself. Anything else came out of the grain's activation and leaves it open too.
    /// </summary>
    public static DeliveryFailure Classify(Exception exception) => exception switch
    {
        SiloUnavailableException or TimeoutException => DeliveryFailure.Unknown,
        OrleansMessageRejectionException or OperationCanceledException or CallRefusedException => DeliveryFailure.NotDelivered,
        _ when exception.GetType() == typeof(OrleansException) => DeliveryFailure.NotDelivered,
        _ => DeliveryFailure.Unknown,
    };
}
