using GameCluster.Games.Echo;
using GameCluster.Services;
using Microsoft.Extensions.DependencyInjection;
using ServiceDescriptor = GameCluster.Services.ServiceDescriptor;

namespace GameCluster.Tests.Services;

public sealed class ServiceCatalogTests
{
    [Test]
    public void AddGameServices_OurGames_DescribesEachService()
    {
        var services = new ServiceCollection();
        services.AddGameServices(typeof(EchoService).Assembly).AddGameServices(typeof(EchoService).Assembly);
        var catalog = services.BuildServiceProvider().GetRequiredService<ServiceCatalog>();

        Assert.That(catalog.Services.Select(service => service.Name), Is.EqualTo(new[] { "board", "board.durable", "board.lobby", "csmj", "echo", "route", "service" }));
        var csmj = catalog.Services[3];
        Assert.Multiple(() =>
        {
            Assert.That(csmj.GrainType, Is.EqualTo("service.csmj"));
            Assert.That(csmj.Role, Is.EqualTo("csmj"));
            Assert.That(csmj.Handlers.Select(handler => handler.MessageId), Is.EqualTo(new[] { 30000 }));
            Assert.That(csmj.Pushes, Is.EqualTo(new[] { 30001 }));
            Assert.That(csmj.HttpEndpoints, Is.EqualTo(new[] { new HttpEndpointDescriptor("GET", "/csmj/score", false) }));
        });
    }

    [Test]
    public void Build_EveryKindOfSetting_IsInTheDescriptor()
    {
        var service = ServiceCatalog.BuildFrom(typeof(FullService)).Services.Single();

        Assert.Multiple(() =>
        {
            Assert.That(service.GrainType, Is.EqualTo("pinned"));
            Assert.That(service.Role, Is.EqualTo("worker"));
            Assert.That((service.Key, service.FixedKey, service.RequiresLogin), Is.EqualTo((ServiceKey.Fixed, "one", true)));
            Assert.That(service.Handlers, Is.EqualTo(new HandlerDescriptor[]
            {
                new() { MessageId = 5, Login = LoginRequirement.NotRequired, Idempotent = true, Stateless = true },
                new() { MessageId = 6, Direction = MessageDirection.Internal },
                new() { MessageId = 999, Direction = MessageDirection.Internal },
            }));
        });
    }

    [Test]
    public void Build_ServicesThatAllHandleOffline_AreFine() =>
        Assert.That(ServiceCatalog.BuildFrom(typeof(FullService), typeof(Derived)).Services, Has.Count.EqualTo(2));

    [Test]
    public void Build_HandlersOfAnAbstractBase_AreTheDerivedServices() => Assert.That(
        ServiceCatalog.BuildFrom(typeof(CommonBase), typeof(Derived)).Services.Single().Handlers.Select(handler => handler.MessageId),
        Is.EqualTo(new[] { 7, 999 }));

    [Test]
    public void Build_ManyMistakes_ReportsThemAllAtOnce()
    {
        var error = Assert.Throws<ServiceCatalogException>(() => ServiceCatalog.BuildFrom(
            typeof(First), typeof(Second), typeof(Homeless), typeof(NotAGrain), typeof(KeylessService), typeof(BadEndpoints), typeof(BadSignatures)));

        string[][] expected =
        [
            ["First.A", "First.B", "message 100"],
            ["First.A", "Second.A", "message 100"],
            ["First", "Second", "service name 'twin'"],
            ["First", "Second", "grain type 'service.twin'"],
            ["First.Zero", "message 0"],
            ["First.Notice", "PushOnly", "[Pushes(102)]"],
            ["101", "pushed by", "First", "Second.Pushed"],
            ["Second", "pushes message -1"],
            ["999", "Second", "OfflineA", "OfflineB"],
            ["Homeless.Lost", "is no service"],
            ["NotAGrain", "ServiceGrain"],
            ["KeylessService", "FixedKey"],
            ["'bad name!'", "KeylessService"],
            ["'b,c'", "KeylessService"],
            ["BadEndpoints.Patch", "PATCH", "GET"],
            ["BadEndpoints.Relative", "absolute"],
            ["BadEndpoints.Parameter", "without parameters"],
            ["BadEndpoints.Reserved", "/admin"],
            ["BadEndpoints.Clash", "BadEndpoints.Twice", "GET /twice"],
            ["BadEndpoints.Wrong", "MessageContext", "HttpCall"],
            ["BadSignatures.TwoRequests", "2 parameters for the request", "String, Version"],
            ["BadSignatures.Number", "Int32", "JSON object"],
            ["BadSignatures.List", "JSON object"],
            ["BadSignatures.AsyncVoid", "async void"],
            ["BadSignatures.Hidden", "public"],
            ["BadSignatures.Static", "of the instance"],
            ["BadSignatures.Generic", "not generic"],
            ["BadSignatures.Http", "HttpReply"],
            ["BadSignatures.Unwritable", "cannot be written as JSON", "Response<T>"],
            ["BadSignatures.ByReference", "JSON object"],
        ];
        Assert.Multiple(() =>
        {
            foreach (var words in expected)
            {
                Assert.That(
                    error!.Problems.Any(problem => words.All(word => problem.Contains(word, StringComparison.Ordinal))),
                    $"a problem with {string.Join(" and ", words)} in:{Environment.NewLine}{error.Message}");
            }
        });
        Assert.That(error!.Message, Does.Contain($"{error.Problems.Count} problem(s)"));
    }

    [Service("full", Role = "worker", Key = ServiceKey.Fixed, FixedKey = "one", RequiresLogin = true)]
    [GrainType("pinned")]
    private sealed class FullService : ServiceGrain
    {
        [Handles(5, Login = LoginRequirement.NotRequired, Idempotent = true, Stateless = true)]
        public void Five()
        {
        }

        [Handles(6, Direction = MessageDirection.Internal)]
        [Handles(WellKnownMessages.Offline)]
        public void SixAndOffline()
        {
        }
    }

    private abstract class CommonBase : ServiceGrain
    {
        [Handles(7)]
        public virtual void Seven()
        {
        }

        [Handles(WellKnownMessages.Offline)]
        public void GoOffline()
        {
        }
    }

    [Service("derived")]
    private sealed class Derived : CommonBase
    {
        public override void Seven()
        {
        }
    }

    [Service("twin")]
    [Pushes(101)]
    private sealed class First : ServiceGrain
    {
        [Handles(100)]
        public void A()
        {
        }

        [Handles(100)]
        public void B()
        {
        }

        [Handles(0)]
        public void Zero()
        {
        }

        [Handles(102, Direction = MessageDirection.PushOnly)]
        public void Notice()
        {
        }
    }

    [Service("twin")]
    [Pushes(-1)]
    private sealed class Second : ServiceGrain
    {
        [Handles(100)]
        public void A()
        {
        }

        [Handles(101)]
        public void Pushed()
        {
        }

        [Handles(999)]
        public void OfflineA()
        {
        }

        [Handles(999)]
        public void OfflineB()
        {
        }
    }

    private sealed class Homeless
    {
        [Handles(103)]
        public void Lost()
        {
        }
    }

    [Service("not-a-grain")]
    private sealed class NotAGrain
    {
    }

    [Service("bad name!", Role = "b,c", Key = ServiceKey.Fixed)]
    private sealed class KeylessService : ServiceGrain
    {
    }

    [Service("bad-endpoints")]
    private sealed class BadEndpoints : ServiceGrain
    {
        [HandlesHttp("PATCH", "/patch")]
        public void Patch()
        {
        }

        [HandlesHttp("GET", "relative")]
        public void Relative()
        {
        }

        [HandlesHttp("GET", "/players/{id}")]
        public void Parameter()
        {
        }

        [HandlesHttp("GET", "/admin/extra")]
        public void Reserved()
        {
        }

        [HandlesHttp("GET", "/twice")]
        public void Twice()
        {
        }

        [HandlesHttp("GET", "/Twice")]
        public void Clash()
        {
        }

        [HandlesHttp("GET", "/wrong")]
        public void Wrong(MessageContext context)
        {
        }
    }

    [Service("bad-signatures")]
    private sealed class BadSignatures : ServiceGrain
    {
        [Handles(201)]
        public void TwoRequests(string one, Version two)
        {
        }

        [Handles(202)]
        public void Number(int number)
        {
        }

        [Handles(203)]
        public void List(List<int> numbers)
        {
        }

        [Handles(204)]
        public async void AsyncVoid() => await Task.Yield();

        [Handles(206)]
        public static void Static()
        {
        }

        [Handles(207)]
        public void Generic<T>(T request)
        {
        }

        [Handles(208)]
        public HttpReply Http() => new(200, "", []);

        [Handles(209)]
        public Task<Task> Unwritable() => throw new NotSupportedException();

        [Handles(210)]
        public void ByReference(ref ServiceDescriptor request)
        {
        }

        [Handles(205)]
        internal void Hidden()
        {
        }
    }
}
