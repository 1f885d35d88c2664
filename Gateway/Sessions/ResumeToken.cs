using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using GameCluster.Sessions;

namespace GameCluster.Gateway.Sessions;

/// <summary>By which a client takes its session up again: the session's id, which leads to it, and 256 random bits that only the client knows. The cluster keeps its hash.</summary>
internal readonly record struct ResumeToken(SessionId Session, string Text, byte[] Hash)
{
    private const int IdSize = 16;
    private const int SecretSize = 32;
    private const int Size = IdSize + SecretSize;

    public static ResumeToken Create(SessionId session)
    {
        Span<byte> bytes = stackalloc byte[Size];
        session.Value.TryWriteBytes(bytes);
        RandomNumberGenerator.Fill(bytes[IdSize..]);
        return new ResumeToken(session, Base64Url.EncodeToString(bytes), SHA256.HashData(bytes));
    }

    public static bool TryParse(string? text, [NotNullWhen(true)] out ResumeToken? token)
    {
        token = null;
        Span<byte> bytes = stackalloc byte[Size];
        if (text is not { Length: > 0 and < 2 * Size } || !Base64Url.IsValid(text, out var length) || length != Size)
        {
            return false;
        }

        Base64Url.DecodeFromChars(text, bytes);
        token = new ResumeToken(new SessionId(new Guid(bytes[..IdSize])), text, SHA256.HashData(bytes));
        return true;
    }
}
