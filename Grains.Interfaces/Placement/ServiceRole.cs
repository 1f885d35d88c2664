using System.Diagnostics.CodeAnalysis;

namespace GameCluster.Placement;

/// <summary>The names of services and roles: 1 to 64 of the ASCII letters, the digits, '-', '_' and '.'.</summary>
public static class ServiceRole
{
    /// <summary>The key, in a silo's metadata, of its roles: names separated by commas.</summary>
    public const string MetadataKey = "roles";

    /// <summary>The key, in a silo's metadata, of the version of its program.</summary>
    public const string VersionKey = "version";

    private const int MaxLength = 64;

    /// <summary>Whether <paramref name="name"/> can name a service or a role.</summary>
    public static bool IsValidName([NotNullWhen(true)] string? name) =>
        name is { Length: > 0 and <= MaxLength } && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>Whether <paramref name="role"/> is among <paramref name="roles"/>, the value of <see cref="MetadataKey"/>.</summary>
    public static bool IsAmong(string role, string? roles) =>
        roles is not null && roles.Split(',', StringSplitOptions.TrimEntries).Contains(role, StringComparer.Ordinal);
}
