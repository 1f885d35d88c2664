using System.Reflection;
using System.Runtime.Loader;
using GameCluster.Gateway.Hosting;
using GameCluster.Services;
using Orleans.Serialization.Configuration;

namespace GameCluster.Silo.Hosting;

/// <summary>
/// Loads the assemblies that <see cref="NodeOptions.ServiceAssemblies"/> names, so that this program hosts games it was not built with. What an assembly
/// needs besides is looked for beside it; what the program has already is used as it is here.
/// </summary>
internal static class ServiceAssemblies
{
    private const string Setting = $"{NodeOptions.SectionName}:{nameof(NodeOptions.ServiceAssemblies)}";

    /// <summary>Loads every assembly of the list.</summary>
    /// <exception cref="RefusedStartException">Some cannot be used; the text says which, why and what to do.</exception>
    public static IReadOnlyList<Assembly> Load(NodeOptions node)
    {
        var assemblies = new List<Assembly>();
        var problems = new List<string>();
        foreach (var entry in node.ServiceAssemblyList)
        {
            var path = Path.GetFullPath(entry);
            if (FindProblem(path, assemblies) is { } problem)
            {
                problems.Add($"{Setting} names '{entry}', that is {path}: {problem}");
            }
        }

        return problems.Count == 0 ? assemblies : throw new RefusedStartException(problems);
    }

    private static string? FindProblem(string path, List<Assembly> assemblies)
    {
        try
        {
            var assembly = LoadWithNeighbours(path);
            if (!Array.Exists(assembly.GetTypes(), static type => type.IsDefined(typeof(ServiceAttribute), inherit: false)))
            {
                return "it has no services; mark a class with [Service(\"name\")], or take the entry out.";
            }

            assemblies.Add(assembly);
            return assembly.IsDefined(typeof(TypeManifestProviderAttribute))
                ? null
                : "it was built without Orleans' code generation; let its project reference Grains, or the package Microsoft.Orleans.Sdk.";
        }
        catch (FileNotFoundException missing) when (missing.FileName is null || missing.FileName == path)
        {
            return "there is no such file; a relative path starts at the working folder.";
        }
        catch (BadImageFormatException)
        {
            return "it is not a .NET assembly.";
        }
        catch (ReflectionTypeLoadException incomplete)
        {
            return "something it needs is missing or of another version: "
                + string.Join("; ", incomplete.LoaderExceptions.Select(static reason => reason?.Message).Distinct());
        }
        catch (IOException failure)
        {
            return failure.Message;
        }
    }

    private static Assembly LoadWithNeighbours(string path)
    {
        var assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
        var neighbours = new AssemblyDependencyResolver(path);
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            neighbours.ResolveAssemblyToPath(name) is { } neighbour ? context.LoadFromAssemblyPath(neighbour) : null;
        return assembly;
    }
}
