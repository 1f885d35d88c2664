using System.Collections.Frozen;
using System.Reflection;

namespace GameCluster.Services;

/// <summary>The services of this process: what they declare, for the gateways, and how they are dispatched to, for the grains.</summary>
public sealed class ServiceCatalog
{
    private readonly FrozenDictionary<Type, ServiceDefinition> _definitions;
    private readonly FrozenDictionary<int, DeliveryClass> _pushClasses;

    private ServiceCatalog(Assembly[] assemblies, IReadOnlyList<ServiceDefinition> definitions)
    {
        Assemblies = assemblies;
        Services = [.. definitions.Select(definition => definition.Descriptor)];
        _definitions = definitions.ToFrozenDictionary(definition => definition.GrainClass);
        _pushClasses = Services.SelectMany(static service => service.PushClasses)
            .GroupBy(static push => push.MessageId, static push => push.Delivery)
            .Where(static classes => classes.Distinct().Count() == 1)
            .ToFrozenDictionary(static classes => classes.Key, static classes => classes.First());
    }

    /// <summary>Where the services were looked for.</summary>
    public IReadOnlyList<Assembly> Assemblies { get; }

    /// <summary>The services, by name.</summary>
    public IReadOnlyList<ServiceDescriptor> Services { get; }

    /// <summary>Finds the services of <paramref name="assemblies"/>.</summary>
    /// <exception cref="ServiceCatalogException">Something is declared wrongly; the text says everything that is.</exception>
    public static ServiceCatalog Build(params IEnumerable<Assembly> assemblies)
    {
        var distinct = assemblies.Distinct().ToArray();
        return new ServiceCatalog(distinct, CatalogBuilder.Build(distinct.SelectMany(assembly => assembly.GetTypes())));
    }

    /// <summary>The same for chosen classes.</summary>
    internal static ServiceCatalog BuildFrom(params IEnumerable<Type> types) => new([], CatalogBuilder.Build(types));

    /// <summary>What may become of a push on its way, as the services of this process that push it declare alike; reliable if they do not.</summary>
    internal DeliveryClass ClassOf(int messageId) => _pushClasses.GetValueOrDefault(messageId);

    /// <summary>A grain of a service: of the type that the service's name pins, unless its class, which this process knows then, says otherwise.</summary>
    internal GrainId IdOf(string service, string key) =>
        GrainId.Create(Services.FirstOrDefault(known => known.Name == service)?.GrainType ?? "service." + service, key);

    internal ServiceDefinition Find(Type grainClass) => _definitions.GetValueOrDefault(grainClass) ?? throw new InvalidOperationException(
        $"{grainClass} is not in the service catalog. Give its assembly, {grainClass.Assembly.GetName().Name}, to AddGameServices on this silo.");
}
