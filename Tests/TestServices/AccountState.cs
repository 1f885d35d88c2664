namespace GameCluster.Tests.TestServices;

/// <summary>What an account that lasts knows.</summary>
internal sealed class AccountState
{
    public long Bookings { get; set; }

    public long Balance { get; set; }
}
