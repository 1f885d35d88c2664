using GameCluster.Gateway.Routing;
using GameCluster.Services;

namespace GameCluster.Gateway.Sessions;

/// <summary>Where the session's frames go.</summary>
internal sealed partial class Session
{
    private static readonly string[] AnyKeys = [.. Enumerable.Range(0, PoolKey.Count).Select(PoolKey.Of)];

    private string? _key;
    private uint _anyKey;

    // There once it has been needed.
    private volatile HeldFrames? _held;

    private bool IsHolding => _held is { Any: true };

    private void Route(InboundFrame frame)
    {
        if (_held?.TryFollow(frame) == true || Dispatch(frame) is null || (_held ??= new HeldFrames(_lanes)).TryHold(frame))
        {
            return;
        }

        // Everything before it has been answered. It may have been meanwhile: then the frame is asked about once more.
        if (Dispatch(frame) is { } lack)
        {
            Refuse(frame, lack);
        }
    }

    /// <summary>Takes a frame to its lane, or answers it with an error; says what it lacks if the session may have that in a moment.</summary>
    private Lack? Dispatch(InboundFrame frame)
    {
        var decision = _context.Routes.Current.Find(frame.MessageId);
        if (decision.Outcome != RouteOutcome.Routed)
        {
            Refuse(frame.MessageId, frame.Number, decision.Outcome);
        }
        else if (decision.LoginRequired && Player is null)
        {
            return LackOfLogin(frame);
        }
        else if (decision.Stateless)
        {
            RememberPool(decision.Service!.Name);
            Enqueue(decision.Service!, frame.Number == 0 ? AnyKey() : AnyKey(frame.Number), once: true, frame);
        }
        else if (KeyFor(decision.Service!, frame.Number) is { } key)
        {
            Enqueue(decision.Service!, key, once: false, frame);
        }
        else
        {
            return decision.Service!.Key == ServiceKey.Player
                ? LackOfLogin(frame)
                : new Lack(ErrorCodes.NotInRoom, $"message {frame.MessageId} needs a room of {decision.Service.Name} first");
        }

        return null;
    }

    private void Enqueue(ServiceRoute service, string key, bool once, InboundFrame frame)
    {
        if (_context.Watch.HasAny && _context.Watch.TryFind(service.CreateGrainId(key), out _))
        {
            Refuse(frame.MessageId, frame.Number, ErrorCodes.Unavailable, $"this {service.Name} is in quarantine, as a message to it did not end; it was not handled");
        }
        else
        {
            _lanes.Enqueue(service, key, once, frame);
        }
    }

    private static Lack LackOfLogin(InboundFrame frame) => new(ErrorCodes.LoginRequired, $"message {frame.MessageId} needs a login first");

    private void Refuse(InboundFrame frame, Lack lack) => Refuse(frame.MessageId, frame.Number, lack.Code, lack.Text);

    private void Refuse(int messageId, uint number, RouteOutcome outcome)
    {
        if (outcome == RouteOutcome.Forbidden)
        {
            Refuse(messageId, number, ErrorCodes.Forbidden, $"message {messageId} cannot be sent by a client");
        }
        else
        {
            Refuse(messageId, number, ErrorCodes.UnknownMessage, $"no service handles message {messageId}");
        }
    }

    private void Refuse(int messageId, uint number, int code, string text)
    {
        SendError(messageId, number, ErrorBody.Create(code, text));
        _context.Metrics.OnFrameRefused(code);
    }

    /// <param name="service">The service.</param>
    /// <param name="request">The number of the request that is about to go there, or 0.</param>
    private string? KeyFor(ServiceRoute service, uint request = 0) => service.Key switch
    {
        ServiceKey.Session => _key ??= Id.ToString(),
        ServiceKey.Player => Player,
        ServiceKey.Room => _bindings.RoomOf(service.Name, request),
        _ => service.Descriptor.FixedKey,
    };

    /// <summary>The keys of a pool of grains, taken in turn from a place that differs between sessions.</summary>
    private string AnyKey() => AnyKeys[(int)(((uint)Id.GetHashCode() + _anyKey++) % (uint)AnyKeys.Length)];

    /// <summary>The same for a request that comes again: there is its answer.</summary>
    private string AnyKey(uint number) => AnyKeys[(int)(((uint)Id.GetHashCode() + number) % (uint)AnyKeys.Length)];

    private void RememberPool(string service)
    {
        if (Array.IndexOf(_pools, service) < 0)
        {
            _pools = [.. _pools, service];
        }
    }
}
