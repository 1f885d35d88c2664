using System.Runtime.InteropServices;
using GameCluster.Sessions;

namespace GameCluster.Push;

/// <summary>A session and the number that a message has for it; 0 for a message without a number. 20 bytes, in the memory order of every machine .NET runs on.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public readonly record struct StreamMember(Guid Value, uint Number)
{
    /// <summary>The session.</summary>
    public SessionId Session => new(Value);
}
