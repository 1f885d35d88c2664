using System.Reflection;

namespace GameCluster.Gateway.Diagnostics;

/// <summary>Which build this process runs.</summary>
internal static class ProgramVersion
{
    public static string Current { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
