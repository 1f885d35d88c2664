using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace GameCluster.Services;

/// <summary>A writer and its buffer, kept per thread so that a reply costs one allocation: its own bytes.</summary>
internal sealed class JsonScratch
{
    private const int MaxKept = 64 * 1024;

    [ThreadStatic]
    private static JsonScratch? _kept;

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _writer;

    private JsonScratch() => _writer = new Utf8JsonWriter(
        _buffer, new JsonWriterOptions { Encoder = AsciiJsonEncoder.Instance, SkipValidation = true });

    public static byte[] Serialize<T>(T message, JsonTypeInfo<T> type)
    {
        // Taken, not borrowed: a converter may itself serialise.
        var scratch = _kept ?? new JsonScratch();
        _kept = null;
        var bytes = scratch.Write(message, type);
        if (scratch._buffer.Capacity <= MaxKept)
        {
            _kept = scratch;
        }

        return bytes;
    }

    private byte[] Write<T>(T message, JsonTypeInfo<T> type)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset();
        JsonSerializer.Serialize(_writer, message, type);
        _writer.Flush();
        return _buffer.WrittenSpan.ToArray();
    }
}
