using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace GameCluster.Sessions;

/// <summary>
/// Names one client session. 128 random bits: it cannot be guessed, and it says nothing about where the session is.
/// Written as 32 lower-case hexadecimal digits.
/// </summary>
[GenerateSerializer, Immutable, Alias("gamecluster.SessionId")]
public readonly record struct SessionId([property: Id(0)] Guid Value)
{
    /// <summary>A new id from the system's cryptographic random source.</summary>
    public static SessionId Create()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return new SessionId(new Guid(bytes));
    }

    /// <summary>Reads the form that <see cref="ToString"/> writes; anything else is refused.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SessionId id)
    {
        var parsed = Guid.TryParseExact(text, "N", out var value);
        id = new SessionId(value);
        return parsed;
    }

    /// <inheritdoc />
    public override string ToString() => Value.ToString("N");
}
