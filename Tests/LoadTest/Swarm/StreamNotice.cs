using System.Text.Json;

namespace GameCluster.LoadTest.Swarm;

/// <summary>What a stream message or a resync says of a stream.</summary>
internal sealed record StreamNotice(int Stream, string? Event, long Number, string? Reason, string? Service, string? Room)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <exception cref="InvalidDataException">It says nothing of a stream.</exception>
    public static StreamNotice Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<StreamNotice>(body, Options) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The server sent a message about a stream that cannot be read: {e.Message}", e);
        }
    }
}
