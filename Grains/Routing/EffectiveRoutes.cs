namespace GameCluster.Routing;

/// <summary>Layers laid over one another: a later one wins for the ids it covers, whether by range or by single id, and leaves the others alone.</summary>
internal sealed class EffectiveRoutes
{
    private readonly SortedDictionary<int, string> _specials = [];
    private RangeRoute[] _ranges = [];

    public EffectiveRoutes(params ReadOnlySpan<RouteLayer> layers)
    {
        foreach (var layer in layers)
        {
            Overlay(layer);
        }
    }

    public RangeRoute[] Ranges => _ranges;

    public SpecialRoute[] Specials => [.. _specials.Select(special => new SpecialRoute(special.Key, special.Value))];

    /// <summary>The service an id goes to, or null.</summary>
    public string? Find(int messageId) => _specials.TryGetValue(messageId, out var service) ? service : FindInRanges(_ranges, messageId);

    private void Overlay(RouteLayer layer)
    {
        _ranges = [.. Without(_ranges, layer.Ranges).Concat(layer.Ranges).OrderBy(route => route.Range.From)];
        foreach (var covered in _specials.Keys.Where(id => FindInRanges(layer.Ranges, id) is not null).ToArray())
        {
            _specials.Remove(covered);
        }

        foreach (var (id, service) in layer.Specials)
        {
            _specials[id] = service;
        }
    }

    /// <summary>What is left of <paramref name="ranges"/> outside <paramref name="cuts"/>; both are sorted and without overlap.</summary>
    private static IEnumerable<RangeRoute> Without(RangeRoute[] ranges, RangeRoute[] cuts)
    {
        var first = 0;
        foreach (var (range, service) in ranges)
        {
            while (first < cuts.Length && cuts[first].Range.To < range.From)
            {
                first++;
            }

            // One more than the last id does not fit an int.
            var from = (long)range.From;
            for (var i = first; i < cuts.Length && cuts[i].Range.From <= range.To; i++)
            {
                if (cuts[i].Range.From > from)
                {
                    yield return new RangeRoute(new RouteRange((int)from, cuts[i].Range.From - 1), service);
                }

                from = cuts[i].Range.To + 1L;
            }

            if (from <= range.To)
            {
                yield return new RangeRoute(new RouteRange((int)from, range.To), service);
            }
        }
    }

    private static string? FindInRanges(RangeRoute[] ranges, int messageId)
    {
        var (low, high) = (0, ranges.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (ranges[middle].Range.Contains(messageId))
            {
                return ranges[middle].Service;
            }

            (low, high) = messageId < ranges[middle].Range.From ? (low, middle - 1) : (middle + 1, high);
        }

        return null;
    }
}
