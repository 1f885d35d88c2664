using System.Text.Json;

namespace GameCluster.LoadTest.Swarm;

/// <summary>What a bot needs of welcome.</summary>
internal sealed record Welcome(
    string Session, string Token, bool Resumed, string? Reason, IReadOnlyList<WelcomeStream> Streams, WelcomeWindow Window, WelcomeAck Ack)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <exception cref="InvalidDataException">It is not a welcome.</exception>
    public static Welcome Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<Welcome>(body, Options) is { Session: not null, Token: not null } welcome ? welcome : throw new JsonException("no session or token");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The server sent a welcome that cannot be read: {e.Message}", e);
        }
    }
}

/// <param name="Stream">Its number in the session.</param>
internal sealed record WelcomeStream(int Stream, string? Service, string? Room);

/// <param name="Time">Milliseconds a session may be away.</param>
internal sealed record WelcomeWindow(long Time);

/// <param name="Messages">Pushes after which an ack is due.</param>
/// <param name="Time">Milliseconds after which it is due at the latest.</param>
internal sealed record WelcomeAck(int Messages, int Time);
