using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using GameCluster.Services;

namespace GameCluster.Routing;

/// <summary>
/// Reads and writes a <see cref="RouteDocument"/> in obEspoir's form, see there. Comments and trailing commas are welcome. Also taken as they are: obEspoir's
/// <c>route</c> object, the same inside <c>{"route":…}</c>, and a whole obEspoir node configuration, whose <c>rpc.route</c> (or <c>route</c>) and
/// <c>websocket.no_state</c> are read and whose other settings are not. A text with a problem yields no document but all its problems at once, each with
/// its path, its value and what to write instead.
/// </summary>
public static class RouteDocumentJson
{
    /// <summary>The longest text that is read, in characters.</summary>
    public const int MaxLength = 1024 * 1024;

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>Reads a text.</summary>
    public static bool TryParse(string json, [NotNullWhen(true)] out RouteDocument? document, out IReadOnlyList<string> problems)
    {
        document = null;
        if (json.Length > MaxLength)
        {
            problems = [$"$: {json.Length} characters are more than the {MaxLength} a route document may have; write ranges instead of single ids"];
            return false;
        }

        try
        {
            using var parsed = JsonDocument.Parse(json, Lenient);
            return TryParse(parsed.RootElement, out document, out problems);
        }
        catch (JsonException e)
        {
            problems = [$"$: not JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {WithoutPosition(e.Message)}"];
            return false;
        }
    }

    /// <summary>Reads what is JSON already.</summary>
    public static bool TryParse(JsonElement json, [NotNullWhen(true)] out RouteDocument? document, out IReadOnlyList<string> problems)
    {
        var reader = new RouteDocumentReader();
        document = reader.Read(json);
        problems = reader.Problems;
        return document is not null;
    }

    /// <summary>Writes a document in one way only: sorted, without what is empty. Two documents that say the same give the same text.</summary>
    public static string Write(RouteDocument document)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
        {
            WriteTo(writer, document);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>Writes a document as one JSON object.</summary>
    public static void WriteTo(Utf8JsonWriter writer, RouteDocument document)
    {
        writer.WriteStartObject();
        WriteByService(writer, "range", document.Ranges, WriteRanges);
        WriteByService(writer, "special", document.Specials, WriteIds);
        if (document.NoStateRanges.Length + document.NoStateSpecials.Length > 0)
        {
            writer.WriteStartObject("no_state");
            writer.WritePropertyName("range");
            WriteRanges(writer, document.NoStateRanges);
            writer.WritePropertyName("special");
            WriteIds(writer, document.NoStateSpecials);
            writer.WriteEndObject();
        }

        WriteOverrides(writer, document.Services);
        writer.WriteEndObject();
    }

    private static void WriteByService<T>(Utf8JsonWriter writer, string name, IReadOnlyDictionary<string, T[]> services, Action<Utf8JsonWriter, T[]> write)
    {
        var filled = services.Where(service => service.Value.Length > 0).OrderBy(service => service.Key, StringComparer.Ordinal).ToArray();
        if (filled.Length == 0)
        {
            return;
        }

        writer.WriteStartObject(name);
        foreach (var (service, values) in filled)
        {
            writer.WritePropertyName(service);
            write(writer, values);
        }

        writer.WriteEndObject();
    }

    private static void WriteRanges(Utf8JsonWriter writer, RouteRange[] ranges)
    {
        writer.WriteStartArray();
        foreach (var range in ranges.OrderBy(range => range.From).ThenBy(range => range.To))
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(range.From);
            writer.WriteNumberValue(range.To);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private static void WriteIds(Utf8JsonWriter writer, int[] ids)
    {
        writer.WriteStartArray();
        foreach (var id in ids.Distinct().Order())
        {
            writer.WriteNumberValue(id);
        }

        writer.WriteEndArray();
    }

    private static void WriteOverrides(Utf8JsonWriter writer, IReadOnlyDictionary<string, ServiceOverride> services)
    {
        if (services.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("services");
        foreach (var (service, set) in services.OrderBy(service => service.Key, StringComparer.Ordinal))
        {
            writer.WriteStartObject(service);
            if (set.RequiresLogin is { } login)
            {
                writer.WriteBoolean("requires_login", login);
            }

            if (set.Key is { } key)
            {
                writer.WriteString("key", KeyName(key));
            }

            if (set.FixedKey is { } fixedKey)
            {
                writer.WriteString("fixed_key", fixedKey);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    internal static string KeyName(ServiceKey key) => key.ToString().ToLowerInvariant();

    // System.Text.Json repeats the position behind its sentence, counted from zero.
    private static string WithoutPosition(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
