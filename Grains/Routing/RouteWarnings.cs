using GameCluster.Services;

namespace GameCluster.Routing;

/// <summary>What looks like a mistake in a valid table. One warning for each pair of services or service, however many ids it is about.</summary>
internal static class RouteWarnings
{
    private const int MaxIds = 10;

    public static IEnumerable<string> Of(RouteSnapshot snapshot, EffectiveRoutes routes)
    {
        var reached = snapshot.Ranges.Select(range => range.Service).Concat(snapshot.Specials.Select(special => special.Service)).ToHashSet(StringComparer.Ordinal);
        var handled = snapshot.Services.ToDictionary(service => service.Name, RoutedIds, StringComparer.Ordinal);
        foreach (var service in snapshot.Services)
        {
            if (handled[service.Name].Count > 0 && !reached.Contains(service.Name))
            {
                yield return $"service '{service.Name}': nothing is routed to it, though it handles {List(handled[service.Name])}";
            }

            foreach (var elsewhere in handled[service.Name].GroupBy(id => routes.Find(id)!).Where(target => target.Key != service.Name))
            {
                var unhandled = elsewhere.Except(handled[elsewhere.Key]).ToArray();
                if (unhandled.Length > 0)
                {
                    yield return $"service '{service.Name}' declares {List(unhandled)}, routed to '{elsewhere.Key}', which does not handle them: they are answered with an error";
                }
            }

            if (WarnOfNoState(service, snapshot, routes) is { } noState)
            {
                yield return noState;
            }
        }
    }

    private static SortedSet<int> RoutedIds(ServiceDescriptor service) =>
        [.. service.Handlers.Where(RouteTableBuilder.IsRouted).Select(handler => handler.MessageId)];

    private static string? WarnOfNoState(ServiceDescriptor service, RouteSnapshot snapshot, EffectiveRoutes routes)
    {
        if (service.Key is ServiceKey.Session or ServiceKey.Stateless)
        {
            return null;
        }

        var affected = service.Handlers
            .Where(handler => handler is { Direction: MessageDirection.Client, Stateless: false } && routes.Find(handler.MessageId) == service.Name)
            .Select(handler => handler.MessageId)
            .Where(id => snapshot.NoStateSpecials.Contains(id) || snapshot.NoStateRanges.Any(range => range.Contains(id)))
            .Order()
            .ToArray();
        return affected.Length == 0
            ? null
            : $"service '{service.Name}' has one grain per {service.Key.ToString().ToLowerInvariant()} key, but no_state sends {List(affected)} to any of its grains";
    }

    private static string List(IReadOnlyCollection<int> ids)
    {
        var first = string.Join(", ", ids.Take(MaxIds));
        return ids.Count > MaxIds ? $"{first} and {ids.Count - MaxIds} more" : first;
    }
}
