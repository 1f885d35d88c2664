using GameCluster.Services;

namespace GameCluster.Routing;

/// <summary>Checks one document as a whole and makes a layer of it. Problems and warnings name the layer, the service, the value and the remedy.</summary>
internal sealed class RouteLayerReader(string layer, RouteDocument document, IReadOnlyCollection<string> services, List<string> problems, List<string> warnings)
{
    /// <summary>How many ranges, single ids and overrides a document may hold: the table goes to every gateway, and the last documents are stored.</summary>
    public const int MaxEntries = 10_000;

    private const int MaxNames = 20;

    public RouteLayer Read()
    {
        var entries = document.Ranges.Values.Sum(ranges => ranges.Length) + document.Specials.Values.Sum(ids => ids.Length)
            + document.NoStateRanges.Length + document.NoStateSpecials.Length + document.Services.Count;
        if (entries > MaxEntries)
        {
            problems.Add($"{layer}: {entries} entries are more than the {MaxEntries} a document may have; write ranges instead of single ids");
            return new RouteLayer([], new Dictionary<int, string>());
        }

        CheckNames("range", document.Ranges.Keys);
        CheckNames("special", document.Specials.Keys);
        CheckNames("services", document.Services.Keys);
        CheckNoState();
        return new RouteLayer(ReadRanges(), ReadSpecials());
    }

    private void CheckNames(string section, IEnumerable<string> names)
    {
        foreach (var name in names.Where(name => !services.Contains(name)))
        {
            problems.Add($"{layer}: {section}.{name}: no silo has declared a service '{name}' (known: {Known()}); correct the name, or start a silo that hosts it first");
        }
    }

    private string Known()
    {
        var names = string.Join(", ", services.Order(StringComparer.Ordinal).Take(MaxNames));
        return services.Count == 0 ? "none" : services.Count > MaxNames ? $"{names} and {services.Count - MaxNames} more" : names;
    }

    private RangeRoute[] ReadRanges()
    {
        var routes = document.Ranges
            .SelectMany(service => service.Value.Select(range => new RangeRoute(range, service.Key)))
            .Where(route => CheckRange($"range.{route.Service}", route.Range))
            .Select(route => route with { Range = Routable(route.Range) })
            .OrderBy(route => route.Range.From)
            .ToArray();
        var widest = 0;
        for (var i = 1; i < routes.Length; i++)
        {
            if (routes[i].Range.From <= routes[widest].Range.To)
            {
                problems.Add($"{layer}: range.{routes[i].Service}: {routes[i].Range} overlaps {routes[widest].Range} of '{routes[widest].Service}'; "
                    + "give each id to one range, or name exceptions as special ids");
            }

            widest = routes[i].Range.To > routes[widest].Range.To ? i : widest;
        }

        return routes;
    }

    private bool CheckRange(string path, RouteRange range)
    {
        if (range.From <= range.To && range.From >= 0 && range.To > 0)
        {
            return true;
        }

        problems.Add(range.From > range.To
            ? $"{layer}: {path}: {range} is empty; write [first,last] with first no greater than last"
            : $"{layer}: {path}: {range} holds ids that no client may send; message ids start at 1, and below 0 are the protocol's own");
        return false;
    }

    // obEspoir's ranges start at 0, which is no message.
    internal static RouteRange Routable(RouteRange range) => range with { From = Math.Max(1, range.From) };

    private Dictionary<int, string> ReadSpecials()
    {
        var specials = new Dictionary<int, string>();
        foreach (var (service, ids) in document.Specials.OrderBy(special => special.Key, StringComparer.Ordinal))
        {
            foreach (var id in ids.Distinct().Where(id => CheckSpecial($"special.{service}", id)))
            {
                if (!specials.TryAdd(id, service))
                {
                    problems.Add($"{layer}: special.{service}: {id} also stands at special.{specials[id]}; keep it at one of them");
                }
            }
        }

        if (specials.Remove(WellKnownMessages.Offline, out var offline))
        {
            warnings.Add($"{layer}: special.{offline}: {WellKnownMessages.Offline} says that a session has ended; it goes to every service the session has used and is not "
                + "routed, so leave it out");
        }

        return specials;
    }

    private bool CheckSpecial(string path, int id)
    {
        if (id > 0)
        {
            return true;
        }

        problems.Add($"{layer}: {path}: {id} is no message id that can be routed; message ids start at 1");
        return false;
    }

    private void CheckNoState()
    {
        foreach (var range in document.NoStateRanges)
        {
            CheckRange("no_state.range", range);
        }

        foreach (var id in document.NoStateSpecials)
        {
            CheckSpecial("no_state.special", id);
        }
    }
}
