using System.Buffers;
using System.Text.Json;

namespace GameCluster.Services;

/// <summary>
/// The body of an error frame: <c>{"code":…,"desc":…,"info":…}</c>, the text in both members because clients in the field read one or the other.
/// </summary>
public static class ErrorBody
{
    private static readonly JsonWriterOptions Options = new() { Encoder = AsciiJsonEncoder.Instance };

    /// <summary>A body for <paramref name="code"/> (see <see cref="ErrorCodes"/>) whose <paramref name="text"/> a client may show.</summary>
    public static byte[] Create(int code, string text)
    {
        var buffer = new ArrayBufferWriter<byte>(64 + (2 * text.Length));
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteNumber("code"u8, code);
            writer.WriteString("desc"u8, text);
            writer.WriteString("info"u8, text);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
