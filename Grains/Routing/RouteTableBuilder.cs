using GameCluster.Services;

namespace GameCluster.Routing;

/// <summary>
/// Builds the table in force from its sources, or says everything that is wrong with them. Layers, a later one winning for the ids it covers: what services declare,
/// the configuration, the operators' table. Within a document single ids win over ranges; a document's range wins over an earlier layer's single id.
/// </summary>
internal static class RouteTableBuilder
{
    private const string CatalogLayer = "catalog";
    private const string ConfigurationLayer = "configuration";
    private const string OperatorLayer = "operator";

    public static RouteBuild Build(IReadOnlyCollection<ServiceDescriptor> catalog, RouteDocument configuration, RouteDocument operators, long version)
    {
        var problems = new List<string>();
        var warnings = new List<string>();
        var names = catalog.Select(service => service.Name).ToHashSet(StringComparer.Ordinal);
        var configured = new RouteLayerReader(ConfigurationLayer, configuration, names, problems, warnings).Read();
        var operated = new RouteLayerReader(OperatorLayer, operators, names, problems, warnings).Read();
        var declared = ReadCatalog(catalog, new EffectiveRoutes(configured, operated), problems);
        var services = Override(catalog, configuration, operators, problems);
        if (problems.Count > 0)
        {
            return new RouteBuild(null, [.. problems], [.. warnings]);
        }

        var routes = new EffectiveRoutes(declared, configured, operated);
        var snapshot = new RouteSnapshot
        {
            Version = version,
            Services = services,
            Ranges = routes.Ranges,
            Specials = routes.Specials,
            NoStateRanges = Union([.. configuration.NoStateRanges, .. operators.NoStateRanges]),
            NoStateSpecials = [.. configuration.NoStateSpecials.Concat(operators.NoStateSpecials).Distinct().Order()],
        };
        warnings.AddRange(RouteWarnings.Of(snapshot, routes));
        return new RouteBuild(snapshot, [], [.. warnings]);
    }

    /// <summary>Every id a service handles, except the end of a session, which any of them may handle. Two services may declare one id if a later layer decides.</summary>
    private static RouteLayer ReadCatalog(IReadOnlyCollection<ServiceDescriptor> catalog, EffectiveRoutes later, List<string> problems)
    {
        var specials = new Dictionary<int, string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var service in catalog.OrderBy(service => service.Name, StringComparer.Ordinal))
        {
            CheckDeclaration(service, isNew: names.Add(service.Name), problems);
            foreach (var id in service.Handlers.Where(IsRouted).Select(handler => handler.MessageId).Distinct())
            {
                if (!specials.TryAdd(id, service.Name) && specials[id] != service.Name && later.Find(id) is null)
                {
                    problems.Add($"{CatalogLayer}: service '{service.Name}': {id} is declared by '{specials[id]}' too; give one of them another id, or route {id} in the "
                        + $"{ConfigurationLayer} or the {OperatorLayer} table");
                }
            }
        }

        return new RouteLayer([], specials);
    }

    internal static bool IsRouted(HandlerDescriptor handler) =>
        handler.Direction != MessageDirection.PushOnly && handler.MessageId is not WellKnownMessages.Offline;

    private static void CheckDeclaration(ServiceDescriptor service, bool isNew, List<string> problems)
    {
        if (!isNew)
        {
            problems.Add($"{CatalogLayer}: service '{service.Name}' is declared twice; give one of the grains another name");
        }

        if (service.Name.Length == 0 || service.GrainType.Length == 0)
        {
            problems.Add($"{CatalogLayer}: service '{service.Name}' of grain type '{service.GrainType}' lacks one of these names; set it on the grain");
        }

        foreach (var id in service.Handlers.Select(handler => handler.MessageId).Where(id => id <= 0))
        {
            problems.Add($"{CatalogLayer}: service '{service.Name}': {id} is no message id that can be routed; message ids start at 1");
        }

        foreach (var repeated in service.Handlers.GroupBy(handler => handler.MessageId).Where(group => group.Count() > 1))
        {
            problems.Add($"{CatalogLayer}: service '{service.Name}': {repeated.Key} has {repeated.Count()} handlers; keep one of them");
        }
    }

    private static ServiceDescriptor[] Override(
        IReadOnlyCollection<ServiceDescriptor> catalog, RouteDocument configuration, RouteDocument operators, List<string> problems)
    {
        var services = new List<ServiceDescriptor>(catalog.Count);
        foreach (var declared in catalog.OrderBy(service => service.Name, StringComparer.Ordinal))
        {
            var configured = configuration.Services.GetValueOrDefault(declared.Name);
            var operated = operators.Services.GetValueOrDefault(declared.Name);
            var service = Apply(Apply(declared, configured), operated);
            if (service.Key == ServiceKey.Fixed && string.IsNullOrEmpty(service.FixedKey))
            {
                var layer = operated?.Key is not null ? OperatorLayer : configured?.Key is not null ? ConfigurationLayer : CatalogLayer;
                problems.Add($"{layer}: service '{service.Name}': the key rule is fixed but there is no fixed key; set services.{service.Name}.fixed_key, "
                    + "or FixedKey where the service is declared");
            }

            services.Add(service);
        }

        return [.. services];
    }

    private static ServiceDescriptor Apply(ServiceDescriptor service, ServiceOverride? set)
    {
        if (set is null)
        {
            return service;
        }

        return service with
        {
            Key = set.Key ?? service.Key,
            FixedKey = set.FixedKey ?? service.FixedKey,
            RequiresLogin = set.RequiresLogin ?? service.RequiresLogin,
            Handlers = set.RequiresLogin is null
                ? service.Handlers
                : [.. service.Handlers.Select(handler => handler with { Login = LoginRequirement.AsService })],
        };
    }

    private static RouteRange[] Union(RouteRange[] ranges)
    {
        var union = new List<RouteRange>();
        foreach (var range in ranges.Select(RouteLayerReader.Routable).OrderBy(range => range.From))
        {
            if (union.Count > 0 && range.From <= union[^1].To)
            {
                union[^1] = union[^1] with { To = Math.Max(range.To, union[^1].To) };
            }
            else
            {
                union.Add(range);
            }
        }

        return [.. union];
    }
}
