using CsCheck;
using GameCluster.Gateway.Routing;
using GameCluster.Routing;
using GameCluster.Services;

namespace GameCluster.Tests.Routing;

/// <summary>Compares builder and compiled table with a model that decides each id by itself, over an id space small enough to try every id.</summary>
public sealed class RouteTableModelTests
{
    private static readonly string[] Names = ["a", "b", "c"];
    private static readonly int[] Ids = [.. Enumerable.Range(-2, 30), .. Enumerable.Range(995, 8)];

    private static readonly Gen<int> GenId = Gen.Frequency((9, Gen.Int[1, 25]), (2, Gen.Int[996, 1001]), (1, Gen.Int[-1, 0]));
    private static readonly Gen<int> GenFrom = Gen.Frequency((9, Gen.Int[0, 25]), (2, Gen.Int[996, 1001]), (1, Gen.Int[-1, -1]));
    private static readonly Gen<RouteRange> GenRange = Gen.Select(GenFrom, Gen.Int[-1, 8], (from, length) => new RouteRange(from, from + length));

    private static readonly Gen<HandlerDescriptor> GenHandler = Gen.Select(
        GenId,
        Gen.Frequency((6, Gen.Const(MessageDirection.Client)), (1, Gen.Const(MessageDirection.Internal)), (1, Gen.Const(MessageDirection.PushOnly))),
        Gen.Enum<LoginRequirement>(),
        Gen.Bool,
        Gen.Bool,
        (id, direction, login, idempotent, stateless) =>
            new HandlerDescriptor { MessageId = id, Direction = direction, Login = login, Idempotent = idempotent, Stateless = stateless });

    private static readonly Gen<ServiceDescriptor[]> GenCatalog = Gen.Select(GenService("a"), GenService("b"), GenService("c"), (a, b, c) => new[] { a, b, c });

    private static readonly Gen<RouteDocument> GenDocument = Gen.Select(
        Gen.Select(Gen.Int[0, 2], GenRange).Array[0, 3],
        Gen.Select(Gen.Int[0, 2], GenId).Array[0, 3],
        GenRange.Array[0, 1],
        GenId.Array[0, 2],
        Gen.Select(Gen.Int[0, 2], Gen.Bool.Nullable(), Gen.Enum<ServiceKey>().Nullable()).Array[0, 1],
        (ranges, specials, noStateRanges, noStateSpecials, services) => new RouteDocument
        {
            Ranges = ranges.GroupBy(range => Names[range.Item1], range => range.Item2).ToDictionary(group => group.Key, group => group.ToArray()),
            Specials = specials.GroupBy(special => Names[special.Item1], special => special.Item2).ToDictionary(group => group.Key, group => group.ToArray()),
            NoStateRanges = noStateRanges,
            NoStateSpecials = noStateSpecials,
            Services = services.ToDictionary(
                service => Names[service.Item1], service => new ServiceOverride { RequiresLogin = service.Item2, Key = service.Item3, FixedKey = "one" }),
        });

    [Test]
    public void BuildAndFind_AnyLayers_AgreeWithTheModelForEveryId()
    {
        var (valid, invalid) = (0, 0);
        Gen.Select(GenCatalog, GenDocument, GenDocument).Sample(
            (catalog, configuration, operators) =>
            {
                var build = RouteTableBuilder.Build(catalog, configuration, operators, version: 7);
                if (!IsValid(catalog, configuration, operators))
                {
                    Interlocked.Increment(ref invalid);
                    return build.Snapshot is null && build.Problems.Length > 0;
                }

                Interlocked.Increment(ref valid);
                Assert.That(build.Problems, Is.Empty);
                CheckShape(build.Snapshot!);
                var table = new RouteTable(build.Snapshot!);
                Assert.That(Ids.Select(id => Describe(table.Find(id))), Is.EqualTo(Ids.Select(id => Expected(catalog, configuration, operators, id))));
                return true;
            },
            iter: 5_000);
        Assert.That(Math.Min(valid, invalid), Is.GreaterThan(500), "both valid and invalid tables must have been tried");
    }

    private static Gen<ServiceDescriptor> GenService(string name) => Gen.Select(
        GenHandler.Array[0, 4], GenId.Array[0, 2], Gen.Bool, Gen.Enum<ServiceKey>(), (handlers, pushes, login, key) => new ServiceDescriptor
        {
            Name = name,
            GrainType = $"svc.{name}",
            Role = name,
            Key = key,
            FixedKey = "one",
            RequiresLogin = login,
            Handlers = [.. handlers.DistinctBy(handler => handler.MessageId)],
            Pushes = pushes,
        });

    private static void CheckShape(RouteSnapshot snapshot)
    {
        Assert.That(snapshot.Version, Is.EqualTo(7));
        Assert.That(snapshot.Ranges.Zip(snapshot.Ranges.Skip(1)).All(pair => pair.First.Range.To < pair.Second.Range.From), "ranges sorted, without overlap");
        Assert.That(snapshot.Ranges.All(route => route.Range.From >= 1 && route.Range.From <= route.Range.To), "ranges not empty, from 1 on");
        Assert.That(snapshot.Specials.Zip(snapshot.Specials.Skip(1)).All(pair => pair.First.MessageId < pair.Second.MessageId), "single ids sorted, each once");
    }

    private static bool IsValid(ServiceDescriptor[] catalog, RouteDocument configuration, RouteDocument operators) =>
        IsValid(configuration)
        && IsValid(operators)
        && catalog.All(service => service.Handlers.All(handler => handler.MessageId > 0))
        && Ids.All(id => id == 999 || Declaring(catalog, id).Count() <= 1 || ServiceIn(configuration, id) is not null || ServiceIn(operators, id) is not null);

    private static bool IsValid(RouteDocument document)
    {
        var ranges = document.Ranges.Values.SelectMany(range => range).ToArray();
        return ranges.Concat(document.NoStateRanges).All(range => range.From >= 0 && range.From <= range.To && range.To >= 1)
            && document.Specials.Values.SelectMany(id => id).Concat(document.NoStateSpecials).All(id => id > 0)
            && Ids.Where(id => id > 0).All(id => ranges.Count(range => range.Contains(id)) <= 1
                && document.Specials.Count(service => service.Value.Contains(id)) <= 1);
    }

    private static IEnumerable<string> Declaring(ServiceDescriptor[] catalog, int id) => catalog
        .Where(service => service.Handlers.Any(handler => handler.MessageId == id && handler.Direction != MessageDirection.PushOnly))
        .Select(service => service.Name);

    private static string? ServiceIn(RouteDocument document, int id) =>
        document.Specials.Where(service => service.Value.Contains(id)).Select(service => service.Key).SingleOrDefault()
        ?? document.Ranges.Where(service => service.Value.Any(range => range.Contains(id))).Select(service => service.Key).SingleOrDefault();

    private static string Expected(ServiceDescriptor[] catalog, RouteDocument configuration, RouteDocument operators, int id)
    {
        if (id <= 0)
        {
            return "Unknown";
        }

        if (id == 999)
        {
            return "Forbidden";
        }

        var name = ServiceIn(operators, id) ?? ServiceIn(configuration, id) ?? Declaring(catalog, id).SingleOrDefault();
        var service = catalog.SingleOrDefault(service => service.Name == name);
        if (service?.Handlers.SingleOrDefault(handler => handler.MessageId == id) is { } handler)
        {
            return handler.Direction == MessageDirection.Client ? Expected(service, handler, configuration, operators) : "Forbidden";
        }

        var isPushed = catalog.Any(service =>
            service.Pushes.Contains(id) || service.Handlers.Any(handler => handler.MessageId == id && handler.Direction == MessageDirection.PushOnly));
        return isPushed ? "Forbidden" : name is null ? "Unknown" : $"NotHandled by {name}";
    }

    private static string Expected(ServiceDescriptor service, HandlerDescriptor handler, RouteDocument configuration, RouteDocument operators)
    {
        var settings = new[] { configuration, operators }.Select(document => document.Services.GetValueOrDefault(service.Name)).ToArray();
        var key = settings.Select(set => set?.Key).LastOrDefault(set => set is not null) ?? service.Key;
        var loginSet = settings.Select(set => set?.RequiresLogin).LastOrDefault(set => set is not null);
        var stateless = handler.Stateless || key == ServiceKey.Stateless
            || new[] { configuration, operators }.Any(document => document.NoStateSpecials.Contains(handler.MessageId)
                || document.NoStateRanges.Any(range => range.Contains(handler.MessageId)));
        var declared = handler.Login == LoginRequirement.AsService ? service.RequiresLogin : handler.Login == LoginRequirement.Required;
        var login = (loginSet ?? declared) || (key == ServiceKey.Player && !stateless);
        return $"Routed to {service.Name} login={login} idempotent={handler.Idempotent} stateless={stateless} key={key}";
    }

    private static string Describe(RouteDecision decision) => decision.Outcome switch
    {
        RouteOutcome.Routed => $"Routed to {decision.Service!.Name} login={decision.LoginRequired} idempotent={decision.Idempotent} "
            + $"stateless={decision.Stateless} key={decision.Service.Key}",
        RouteOutcome.NotHandled => $"NotHandled by {decision.Service!.Name}",
        _ => $"{decision.Outcome}",
    };
}
