using System.Globalization;

namespace GameCluster.Tests.Infrastructure;

/// <summary>Tests that are short by themselves and can be run for longer.</summary>
internal static class LongRun
{
    /// <summary>A number from an environment variable, else the one for a short run.</summary>
    public static int Number(string variable, int shortRun) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : shortRun;
}
