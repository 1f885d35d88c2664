using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GameCluster.LoadTest.Histories;

/// <summary>How an event is written: in one line, without the fields it does not have.</summary>
internal static class HistoryJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter<EventType>(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static void Write(Utf8JsonWriter json, HistoryEvent happened) => JsonSerializer.Serialize(json, happened, Options);

    /// <exception cref="JsonException">It is not an event.</exception>
    public static HistoryEvent Parse(string line) => JsonSerializer.Deserialize<HistoryEvent>(line, Options) ?? throw new JsonException("It is null.");
}
