using System.Globalization;
using System.Reflection;

namespace GameCluster.Silo.Storage;

/// <summary>The migration scripts that this build carries, per database.</summary>
internal static class EmbeddedScripts
{
    /// <summary>The scripts for PostgreSQL, in the order of their versions.</summary>
    public static IReadOnlyList<MigrationScript> PostgreSql { get; } = Load(nameof(PostgreSql));

    /// <summary>The scripts for SQLite, in the order of their versions.</summary>
    public static IReadOnlyList<MigrationScript> Sqlite { get; } = Load(nameof(Sqlite));

    private static MigrationScript[] Load(string folder)
    {
        var prefix = $"{typeof(EmbeddedScripts).Namespace}.{folder}.";
        var assembly = typeof(EmbeddedScripts).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(prefix, StringComparison.Ordinal))
            .Select(resource => Read(assembly, resource, resource[prefix.Length..]))
            .OrderBy(script => script.Version)];
    }

    private static MigrationScript Read(Assembly assembly, string resource, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var version = int.Parse(name.AsSpan(0, name.IndexOf('-')), CultureInfo.InvariantCulture);
        return new(version, name, reader.ReadToEnd().ReplaceLineEndings("\n"));
    }
}
