using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace GameCluster.Gateway.Sessions;

/// <summary>What a client says first to speak version 1.</summary>
/// <param name="Versions">The versions it speaks.</param>
/// <param name="Token">The token by which it wants to resume a session, or null.</param>
/// <param name="Streams">For each stream the number of the last push it has.</param>
/// <param name="Settled">Every request with a lower number is answered.</param>
/// <param name="Attempt">The number of this attempt to resume, or 0.</param>
internal sealed record Hello(int[] Versions, string? Token, IReadOnlyDictionary<ushort, uint> Streams, uint Settled, uint Attempt)
{
    private const int MaxClientLength = 64;

    /// <summary>Reads a body; false if it is not as the protocol says.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out Hello? hello)
    {
        hello = null;
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 8 });
            hello = Read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            // Not JSON, or a member that is not what it should be.
        }

        return hello is not null;
    }

    private static Hello? Read(JsonElement root)
    {
        int[] versions = [.. root.GetProperty("versions").EnumerateArray().Select(static version => version.GetInt32())];
        if (root.TryGetProperty("client", out var client) && client.ValueKind != JsonValueKind.Null && client.GetString()!.Length > MaxClientLength)
        {
            return null;
        }

        return root.TryGetProperty("resume", out var resume) && resume.ValueKind != JsonValueKind.Null
            ? new Hello(versions, resume.GetProperty("token").GetString() ?? "", ClientStreams.Read(resume), ClientStreams.ReadSettled(resume), ReadAttempt(resume))
            : new Hello(versions, null, ClientStreams.None, 0, 0);
    }

    private static uint ReadAttempt(JsonElement resume) =>
        resume.TryGetProperty("attempt", out var attempt) && attempt.ValueKind != JsonValueKind.Null ? attempt.GetUInt32() : 0;
}
