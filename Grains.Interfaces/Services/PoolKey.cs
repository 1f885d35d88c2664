namespace GameCluster.Services;

/// <summary>Keys of grains that take messages which any grain of their service may handle: there is no order between those.</summary>
public static class PoolKey
{
    private const string Prefix = "any-";

    /// <summary>How many grains the pool of a service has.</summary>
    public const int Count = 64;

    /// <summary>The key of one of them.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    public static string Of(int index) => $"{Prefix}{index}";

    /// <summary>Whether a grain with this key belongs to a pool.</summary>
    public static bool Is(string key) => key.StartsWith(Prefix, StringComparison.Ordinal);
}
