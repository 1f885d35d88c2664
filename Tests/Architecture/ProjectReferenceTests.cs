using System.Xml.Linq;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Architecture;

/// <summary>Which project may know which. Read from the project files, as a compiled assembly does not show references it makes no use of.</summary>
internal sealed class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Grains.Interfaces/Grains.Interfaces.csproj"] = [],
        ["Grains/Grains.csproj"] = ["Grains.Interfaces"],
        ["Gateway/Gateway.csproj"] = ["Grains.Interfaces"],
        ["Silo/Silo.csproj"] = ["Gateway", "Grains"],
        ["Tests/LoadTest/LoadTest.csproj"] = [],
    };

    private static IEnumerable<string> Projects => RepositoryFile.Find("*.csproj").Where(static path => !IsOfTests(path));

    [TestCaseSource(nameof(Projects))]
    public void Project_References_AreExactlyTheAllowed(string path)
    {
        // A client library stands on its own: whoever uses it has nothing of the server.
        var allowed = path.StartsWith("Client/", StringComparison.Ordinal) ? [] : Allowed.GetValueOrDefault(path);
        Assert.That(allowed, Is.Not.Null, $"{path} is a new project: decide in {nameof(ProjectReferenceTests)} what it may reference");

        Assert.That(ReferencesOf(path), Is.EqualTo(allowed));
    }

    [Test]
    public void Allowed_Projects_Exist() => Assert.That(Allowed.Keys, Is.SubsetOf(Projects));

    [Test]
    public void Gateway_Packages_HoldNoStorageOfGrains() =>
        Assert.That(PackagesOf("Gateway/Gateway.csproj"), Has.None.StartsWith("Microsoft.Orleans.Persistence"), "a gateway hosts no game code and stores nothing");

    [Test]
    public void GrainsInterfaces_Packages_AreOrleansOnly() =>
        Assert.That(PackagesOf("Grains.Interfaces/Grains.Interfaces.csproj"), Is.EqualTo(new[] { "Microsoft.Orleans.Runtime", "Microsoft.Orleans.Sdk" }));

    /// <summary>What tests reference is their own business, the load tool's aside: it must not know the server.</summary>
    private static bool IsOfTests(string path) => path.StartsWith("Tests/", StringComparison.Ordinal) && !Allowed.ContainsKey(path);

    private static string[] ReferencesOf(string path) => [.. Included(path, "ProjectReference").Select(static reference => Path.GetFileNameWithoutExtension(reference)).Order(StringComparer.Ordinal)];

    private static string[] PackagesOf(string path) => [.. Included(path, "PackageReference").Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Included(string path, string item) =>
        XDocument.Parse(RepositoryFile.Read(path)).Descendants(item).Select(static element => element.Attribute("Include")!.Value.Replace('\\', '/'));
}
