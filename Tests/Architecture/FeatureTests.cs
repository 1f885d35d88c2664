using System.Reflection;
using GameCluster.Gateway.Protocol;
using GameCluster.Gateway.Sessions;
using GameCluster.Services;
using GameCluster.Silo.Storage;

namespace GameCluster.Tests.Architecture;

/// <summary>Inside a project the feature folders form a one-way street, and the protocol stands on its own. Checked on the compiled assemblies.</summary>
internal sealed class FeatureTests
{
    private const string ProtocolNamespace = "GameCluster.Gateway.Protocol";

    // Where the compiler keeps constant data.
    private const string CompilerNamespace = "";

    private static readonly Assembly GatewayAssembly = typeof(FrameReader).Assembly;

    private static IEnumerable<TestCaseData> Projects =>
    [
        new(typeof(IServiceGrain).Assembly, "GameCluster") { TestName = "Features_OfGrainsInterfaces_FormNoCircle" },
        new(typeof(ServiceGrain).Assembly, "GameCluster") { TestName = "Features_OfGrains_FormNoCircle" },
        new(GatewayAssembly, "GameCluster.Gateway") { TestName = "Features_OfGateway_FormNoCircle" },
        new(typeof(SqliteMigrator).Assembly, "GameCluster.Silo") { TestName = "Features_OfSilo_FormNoCircle" },
    ];

    [TestCaseSource(nameof(Projects))]
    public void Features_OfProject_FormNoCircle(Assembly assembly, string rootNamespace) => Assert.That(
        FeatureGraph.Of(rootNamespace, TypeUseReader.Read(assembly)).FindCircles(),
        Is.Empty,
        "move a type, so that one of these folders does not need the other any more");

    [Test]
    public void FindCircles_ThreeFeaturesInACircle_NamesItsEdgesOnly()
    {
        var graph = FeatureGraph.Of("Root", [Use("A", "B"), Use("B", "C"), Use("C", "A"), Use("A", "D"), Use("Hosting", "A"), Use("A", "Hosting")]);

        Assert.That(graph.FindCircles(), Is.EqualTo(new[]
        {
            "A -> B: Root.A.User uses Root.B.Used",
            "B -> C: Root.B.User uses Root.C.Used",
            "C -> A: Root.C.User uses Root.A.Used",
        }));
    }

    [TestCase("Session", "LaneSet", Description = "a field")]
    [TestCase("Session", "Lane", Description = "a parameter")]
    [TestCase("LaneSet", "Lane", Description = "a generic argument")]
    [TestCase("LaneDispatcher", "Session", Description = "a call")]
    public void Read_UseInsideTheGateway_IsSeen(string user, string used)
    {
        const string Sessions = "GameCluster.Gateway.Sessions";
        var assembly = GatewayAssembly.GetName().Name!;

        Assert.That(TypeUseReader.Read(typeof(Session).Assembly), Does.Contain(new TypeUse(new(assembly, Sessions, user), new(assembly, Sessions, used))));
    }

    [Test]
    public void Protocol_Uses_AreOfSystemOnly()
    {
        var used = TypeUseReader.Read(GatewayAssembly).Where(static use => use.User.Namespace == ProtocolNamespace).Select(static use => use.Used).Distinct().ToList();

        Assert.That(used, Is.Not.Empty);
        Assert.That(used.Where(static type => !IsFitForProtocol(type)), Is.Empty, "the protocol is bytes and numbers: it knows neither ASP.NET, Orleans nor WebSockets");
    }

    private static bool IsFitForProtocol(TypeName type) =>
        type.Namespace is ProtocolNamespace or CompilerNamespace
        || (type.Assembly.StartsWith("System.", StringComparison.Ordinal)
            && (type.Namespace == "System" || type.Namespace.StartsWith("System.", StringComparison.Ordinal))
            && !type.Namespace.StartsWith("System.Net", StringComparison.Ordinal));

    private static TypeUse Use(string user, string used) => new(new("Assembly", $"Root.{user}", "User"), new("Assembly", $"Root.{used}", "Used"));
}
