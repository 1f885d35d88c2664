using System.Globalization;
using System.Security.Cryptography;

namespace GameCluster.Tests.Cluster;

/// <summary>Seeds of random tests: a new one each time, printed, or the one that the environment gives to repeat a run.</summary>
internal static class TestSeed
{
    private const string Variable = "GAMECLUSTER_TEST_SEED";

    public static int Next()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out var given) ? given : RandomNumberGenerator.GetInt32(int.MaxValue);
        TestContext.Out.WriteLine($"{Variable}={seed}");
        return seed;
    }
}
