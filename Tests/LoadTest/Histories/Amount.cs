using System.Text;

namespace GameCluster.LoadTest.Histories;

/// <summary>The amount that the publish of a value books on its room's account: known from the value, and unlike that of any other in all likelihood.</summary>
internal static class Amount
{
    private const uint Offset = 2166136261;
    private const uint Prime = 16777619;

    /// <summary>FNV-1a with 32 bits.</summary>
    public static long Of(string value)
    {
        var hash = Offset;
        foreach (var octet in Encoding.UTF8.GetBytes(value))
        {
            hash = unchecked((hash ^ octet) * Prime);
        }

        return hash;
    }
}
