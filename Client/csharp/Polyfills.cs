#if NETSTANDARD
#pragma warning disable IDE0130 // The compiler looks for it there.
namespace System.Runtime.CompilerServices;

/// <summary>What the compiler needs for records on frameworks older than .NET 5.</summary>
internal static class IsExternalInit;
#endif
