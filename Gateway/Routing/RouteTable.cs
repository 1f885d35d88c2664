using System.Collections.Frozen;
using GameCluster.Routing;
using GameCluster.Services;
using ServiceDescriptor = GameCluster.Services.ServiceDescriptor;

namespace GameCluster.Gateway.Routing;

/// <summary>
/// A route snapshot compiled for looking up: immutable, and a lookup allocates nothing. As services handle a finite set of ids, every
/// decision other than a refusal is made beforehand and found with one dictionary access.
/// </summary>
internal sealed class RouteTable
{
    private readonly FrozenDictionary<string, ServiceRoute> _services;
    private readonly FrozenDictionary<int, ServiceRoute> _specials;
    private readonly FrozenDictionary<int, RouteDecision> _decisions;
    private readonly RouteRange[] _ranges;
    private readonly ServiceRoute[] _rangeServices;

    public RouteTable(RouteSnapshot snapshot)
    {
        Version = snapshot.Version;
        _services = snapshot.Services.ToFrozenDictionary(service => service.Name, service => new ServiceRoute(service), StringComparer.Ordinal);
        _specials = snapshot.Specials.ToFrozenDictionary(special => special.MessageId, special => _services[special.Service]);
        _ranges = [.. snapshot.Ranges.Select(route => route.Range)];
        _rangeServices = [.. snapshot.Ranges.Select(route => _services[route.Service])];
        _decisions = Decide(snapshot);
    }

    /// <summary>No routes at all.</summary>
    public static RouteTable Empty { get; } = new(RouteSnapshot.Empty);

    /// <summary>The version of the snapshot.</summary>
    public long Version { get; }

    /// <summary>How many ranges and single ids are routed.</summary>
    public (int Ranges, int Specials) Counts => (_ranges.Length, _specials.Count);

    /// <summary>Every service of the catalog.</summary>
    public IReadOnlyList<ServiceRoute> Services => _services.Values;

    /// <summary>A service by its name, or null.</summary>
    public ServiceRoute? FindService(string name) => _services.GetValueOrDefault(name);

    /// <summary>What to do with a client's message.</summary>
    public RouteDecision Find(int messageId)
    {
        if (messageId == WellKnownMessages.Offline)
        {
            return new RouteDecision(RouteOutcome.Forbidden);
        }

        // No range reaches the protocol's own ids.
        if (messageId <= 0)
        {
            return new RouteDecision(RouteOutcome.Unknown);
        }

        if (_decisions.TryGetValue(messageId, out var decision))
        {
            return decision;
        }

        return FindService(messageId) is { } service ? new RouteDecision(RouteOutcome.NotHandled, service) : new RouteDecision(RouteOutcome.Unknown);
    }

    private ServiceRoute? FindService(int messageId)
    {
        if (_specials.TryGetValue(messageId, out var service))
        {
            return service;
        }

        var (low, high) = (0, _ranges.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].Contains(messageId))
            {
                return _rangeServices[middle];
            }

            (low, high) = messageId < _ranges[middle].From ? (low, middle - 1) : (middle + 1, high);
        }

        return null;
    }

    private FrozenDictionary<int, RouteDecision> Decide(RouteSnapshot snapshot)
    {
        var noState = snapshot.NoStateSpecials.ToHashSet();
        var decisions = new Dictionary<int, RouteDecision>();

        // An id that is pushed may be a request's too, as a reply carries its request's id: the handler it is routed to decides then.
        foreach (var pushed in snapshot.Services.SelectMany(PushedIds))
        {
            decisions[pushed] = new RouteDecision(RouteOutcome.Forbidden);
        }

        foreach (var messageId in snapshot.Services.SelectMany(service => service.Handlers).Select(handler => handler.MessageId).Distinct())
        {
            if (FindService(messageId) is { } service && service.FindHandler(messageId) is { } handler)
            {
                var isNoState = noState.Contains(messageId) || snapshot.NoStateRanges.Any(range => range.Contains(messageId));
                decisions[messageId] = Decide(service, handler, isNoState);
            }
        }

        return decisions.ToFrozenDictionary();
    }

    private static IEnumerable<int> PushedIds(ServiceDescriptor service) =>
        service.Pushes.Concat(service.Handlers.Where(handler => handler.Direction == MessageDirection.PushOnly).Select(handler => handler.MessageId));

    private static RouteDecision Decide(ServiceRoute service, HandlerDescriptor handler, bool isNoState)
    {
        if (handler.Direction != MessageDirection.Client)
        {
            return new RouteDecision(RouteOutcome.Forbidden);
        }

        var stateless = handler.Stateless || isNoState || service.Key == ServiceKey.Stateless;
        return new RouteDecision(RouteOutcome.Routed, service)
        {
            LoginRequired = IsLoginRequired(service, handler, stateless),
            Idempotent = handler.Idempotent,
            Stateless = stateless,
        };
    }

    // Without a player there is no telling which of a player's grains is meant, whatever the handler says.
    private static bool IsLoginRequired(ServiceRoute service, HandlerDescriptor handler, bool stateless) =>
        handler.Login switch
        {
            LoginRequirement.Required => true,
            LoginRequirement.NotRequired => false,
            _ => service.Descriptor.RequiresLogin,
        }
        || (service.Key == ServiceKey.Player && !stateless);
}
