using System.Collections.Frozen;
using System.Reflection;
using GameCluster.Placement;

namespace GameCluster.Services;

/// <summary>Reads services off their attributes. It goes on after a problem, to find them all.</summary>
internal sealed class CatalogBuilder
{
    private readonly List<string> _problems = [];
    private readonly Claims<string> _names = new();
    private readonly Claims<string> _grainTypes = new();
    private readonly Claims<(int Id, Type? Service)> _messages = new();
    private readonly Claims<string> _endpoints = new();
    private readonly Dictionary<int, string> _clientMessages = [];
    private readonly Dictionary<int, string> _pushes = [];

    public static IReadOnlyList<ServiceDefinition> Build(IEnumerable<Type> types)
    {
        var builder = new CatalogBuilder();
        var definitions = types.OrderBy(type => type.FullName, StringComparer.Ordinal).Select(builder.Read).OfType<ServiceDefinition>()
            .OrderBy(definition => definition.Descriptor.Name, StringComparer.Ordinal).ToArray();
        builder.CheckPushes();
        return builder._problems.Count == 0 ? definitions : throw new ServiceCatalogException(builder._problems);
    }

    private ServiceDefinition? Read(Type type)
    {
        if (type.GetCustomAttribute<ServiceAttribute>() is { } service)
        {
            return CheckClass(type) ? ReadService(type, service) : null;
        }

        // An abstract base of services may have handlers: they are those of the services that derive from it.
        if (!(type.IsAbstract && type.IsSubclassOf(typeof(ServiceGrain))) && DeclaredHandlers(type).FirstOrDefault() is { } method)
        {
            _problems.Add($"{Describe(type, method)} is marked as a handler, but {type.Name} is no service. Put [Service(\"name\")] on the class.");
        }

        return null;
    }

    private bool CheckClass(Type type)
    {
        if (type.IsSubclassOf(typeof(ServiceGrain)) && !type.IsAbstract && !type.IsGenericType)
        {
            return true;
        }

        _problems.Add($"{type} has [Service], but is not a class, neither abstract nor generic, that derives from ServiceGrain. Derive it, or take [Service] off.");
        return false;
    }

    private ServiceDefinition ReadService(Type type, ServiceAttribute service)
    {
        CheckService(type, service);
        var json = ServiceJson.For(type.Assembly);
        var messages = new Dictionary<int, (HandlerDescriptor Descriptor, Handler<MessageContext> Handler)>();
        var endpoints = new Dictionary<string, (HttpEndpointDescriptor Descriptor, Handler<HttpCall> Handler)>(StringComparer.OrdinalIgnoreCase);
        foreach (var method in Handlers(type))
        {
            ReadMessages(method, type, json, messages);
            ReadEndpoints(method, type, json, endpoints);
        }

        return new ServiceDefinition(
            type,
            Describe(type, service) with
            {
                Handlers = [.. messages.Values.Select(message => message.Descriptor).OrderBy(handler => handler.MessageId)],
                Pushes = ReadPushes(type),
                PushClasses = ReadPushClasses(type),
                KeepsAnswers = type.IsDefined(typeof(KeepsAnswersAttribute), inherit: true),
                HttpEndpoints = [.. endpoints.Values.Select(endpoint => endpoint.Descriptor)],
            },
            messages.ToFrozenDictionary(message => message.Key, message => message.Value.Handler),
            endpoints.ToFrozenDictionary(endpoint => endpoint.Key, endpoint => endpoint.Value.Handler, StringComparer.OrdinalIgnoreCase));
    }

    private static ServiceDescriptor Describe(Type type, ServiceAttribute service) => new()
    {
        Name = service.Name,
        GrainType = service.GetGrainType(NoServices.Instance, type).ToString()!,
        Role = service.Role ?? service.Name,
        Key = service.Key,
        FixedKey = service.FixedKey,
        RequiresLogin = service.RequiresLogin,
    };

    private void CheckService(Type type, ServiceAttribute service)
    {
        foreach (var name in new[] { service.Name, service.Role }.OfType<string>().Distinct().Where(name => !ServiceRole.IsValidName(name)))
        {
            _problems.Add($"{type}: '{name}' cannot name a service or a role. Use 1 to 64 letters, digits, '-', '_' and '.'.");
        }

        if (type.GetCustomAttribute<KeyRuleAttribute>() is { } rule && rule.Key != service.Key)
        {
            _problems.Add($"{type} derives from {type.BaseType!.Name}, which needs the key rule {rule.Key}. Set Key = ServiceKey.{rule.Key}.");
        }

        if (service.Key == ServiceKey.Fixed && string.IsNullOrEmpty(service.FixedKey))
        {
            _problems.Add($"{type} has the key rule Fixed, but no key. Set FixedKey.");
        }

        Claim(_names, service.Name, type.ToString(), $"the service name '{service.Name}'");
        if (ServiceRole.IsValidName(service.Name))
        {
            var grainType = service.GetGrainType(NoServices.Instance, type).ToString()!;
            Claim(_grainTypes, grainType, type.ToString(), $"the grain type '{grainType}'");
        }
    }

    private void ReadMessages(
        MethodInfo method, Type type, ServiceJson json, Dictionary<int, (HandlerDescriptor, Handler<MessageContext>)> messages)
    {
        var attributes = method.GetCustomAttributes<HandlesAttribute>().ToArray();
        if (attributes.Length == 0 || Compile<MessageContext>(type, method, json) is not { } handler)
        {
            return;
        }

        foreach (var attribute in attributes.Where(attribute => CheckMessage(attribute, method, type)))
        {
            messages.TryAdd(attribute.MessageId, (Describe(attribute), handler));
        }
    }

    private static HandlerDescriptor Describe(HandlesAttribute attribute) => new()
    {
        MessageId = attribute.MessageId,

        // A client that could send it would fake the end of its session.
        Direction = attribute.MessageId == WellKnownMessages.Offline ? MessageDirection.Internal : attribute.Direction,
        Login = attribute.Login,
        Idempotent = attribute.Idempotent,
        Stateless = attribute.Stateless,
    };

    private bool CheckMessage(HandlesAttribute attribute, MethodInfo method, Type type)
    {
        var (id, name) = (attribute.MessageId, Describe(type, method));
        if (id <= 0)
        {
            _problems.Add($"{name} handles message {id}. Ids are above zero; negative ones are the protocol's.");
            return false;
        }

        if (attribute.Direction == MessageDirection.PushOnly)
        {
            _problems.Add($"{name} handles message {id} with the direction PushOnly, which goes to clients. Declare it with [Pushes({id})] on the class.");
            return false;
        }

        var isOffline = id == WellKnownMessages.Offline;
        if (attribute.Direction == MessageDirection.Client && !isOffline)
        {
            _clientMessages.TryAdd(id, name);
        }

        // Every service may want to know of a session's end, each once.
        return Claim(_messages, (id, isOffline ? type : null), name, $"message {id}");
    }

    private void ReadEndpoints(
        MethodInfo method, Type type, ServiceJson json, Dictionary<string, (HttpEndpointDescriptor, Handler<HttpCall>)> endpoints)
    {
        var attributes = method.GetCustomAttributes<HandlesHttpAttribute>().ToArray();
        if (attributes.Length == 0 || Compile<HttpCall>(type, method, json) is not { } handler)
        {
            return;
        }

        foreach (var attribute in attributes)
        {
            var key = ServiceDefinition.EndpointKey(attribute.Method, attribute.Path);
            if (EndpointRules.FindProblem(attribute) is { } problem)
            {
                _problems.Add($"{Describe(type, method)} answers '{key}': {problem}");
            }
            else if (Claim(_endpoints, key.ToUpperInvariant(), Describe(type, method), $"'{key}'"))
            {
                endpoints.TryAdd(key, (new HttpEndpointDescriptor(attribute.Method.ToUpperInvariant(), attribute.Path, attribute.AllowAnonymous), handler));
            }
        }
    }

    private int[] ReadPushes(Type type)
    {
        var ids = type.GetCustomAttributes<PushesAttribute>().Select(pushes => pushes.MessageId).Distinct().Order().ToArray();
        foreach (var id in ids)
        {
            _pushes.TryAdd(id, type.ToString());
        }

        _problems.AddRange(ids.Where(id => id <= 0).Select(id => $"{type} pushes message {id}. Ids are above zero; negative ones are the protocol's."));
        return ids;
    }

    private PushDescriptor[] ReadPushClasses(Type type)
    {
        var pushes = type.GetCustomAttributes<PushesAttribute>().GroupBy(static push => push.MessageId).OrderBy(static push => push.Key).ToArray();
        _problems.AddRange(pushes.Where(static push => push.Select(static one => one.Delivery).Distinct().Count() > 1)
            .Select(push => $"{type} declares message {push.Key} with several kinds of delivery. Declare it once."));
        return [.. pushes.Select(static push => new PushDescriptor(push.Key, push.First().Delivery)).Where(static push => push.Delivery != DeliveryClass.Reliable)];
    }

    private void CheckPushes() => _problems.AddRange(_pushes.Keys.Where(_clientMessages.ContainsKey).Select(id =>
        $"Message {id} is pushed by {_pushes[id]} and handled for clients by {_clientMessages[id]}. Give one of them another id, or the handler Direction = Internal."));

    private Handler<TContext>? Compile<TContext>(Type type, MethodInfo method, ServiceJson json)
    {
        var (signature, problems) = HandlerSignature.Read(method, typeof(TContext), json);
        _problems.AddRange(problems.Select(problem => $"{Describe(type, method)} cannot be a handler: {problem}."));
        return problems.Count == 0 ? HandlerCompiler.Compile<TContext>(signature, json) : null;
    }

    private bool Claim<TKey>(Claims<TKey> claims, TKey key, string owner, string what)
        where TKey : notnull =>
        claims.TryTake(key, owner, out var first) || Report($"Both {first} and {owner} have {what}. Give one of them another.");

    private bool Report(string problem)
    {
        _problems.Add(problem);
        return false;
    }

    /// <summary>The handlers a class has, its bases' among them; private and static ones too, to complain about.</summary>
    private static IEnumerable<MethodInfo> Handlers(Type type)
    {
        var lineage = new List<Type>();
        for (var current = type; current is not null && current != typeof(ServiceGrain); current = current.BaseType)
        {
            lineage.Add(current);
        }

        // An override hides what it overrides, whose attributes it inherits.
        return lineage.SelectMany(DeclaredHandlers).DistinctBy(method => method.GetBaseDefinition()).OrderBy(method => method.Name, StringComparer.Ordinal);
    }

    private static IEnumerable<MethodInfo> DeclaredHandlers(Type type) => type
        .GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(method => method.IsDefined(typeof(HandlesAttribute), inherit: true) || method.IsDefined(typeof(HandlesHttpAttribute), inherit: true));

    private static string Describe(Type type, MethodInfo method) => $"{type}.{method.Name}";

    private sealed class Claims<TKey>
        where TKey : notnull
    {
        private readonly Dictionary<TKey, string> _owners = [];

        public bool TryTake(TKey key, string owner, out string first)
        {
            var taken = _owners.TryAdd(key, owner);
            first = _owners[key];
            return taken;
        }
    }

    /// <summary>The attributes that name grain types ask the container for nothing.</summary>
    private sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
