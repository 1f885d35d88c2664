using System.Text.Json;
using System.Text.Json.Serialization;
using GameCluster.LoadTest.Commands;

namespace GameCluster.LoadTest.Chaos.Scenarios;

/// <summary>Times as on the command line: 500ms, 10s, 2m.</summary>
internal sealed class DurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Parsing.TryDuration(reader.GetString()!, out var duration)
            ? duration
            : throw new JsonException("A time is written \"500ms\", \"10s\" or \"2m\".");

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(FormattableString.Invariant($"{value.TotalSeconds:0.###}s"));
}
