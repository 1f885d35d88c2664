using System.Buffers.Binary;
using System.Text.Json;

namespace GameCluster.LoadTest.Protocol;

/// <summary>
/// The version 0 frame: three little-endian int32 {total length including this header, message id, version}, then the body. Later versions begin so too.
/// </summary>
internal static class GameFrame
{
    public const int HeaderBytes = 12;

    /// <summary>Longest frame this tool takes from a server, in bytes, header included.</summary>
    public const int MaxBytes = 1 << 20;

    public static void WriteHeader(Span<byte> destination, int messageId, int bodyBytes, int version = 0)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, HeaderBytes + bodyBytes);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], messageId);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], version);
    }

    /// <summary>The total length a header announces.</summary>
    /// <exception cref="InvalidDataException">The length is below the header's own or above <see cref="MaxBytes"/>, or the version is not the expected one.</exception>
    public static int ReadLength(ReadOnlySpan<byte> header, int expectedVersion = 0)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length is < HeaderBytes or > MaxBytes)
        {
            throw new InvalidDataException($"The server sent a frame of length {length}; allowed are {HeaderBytes} to {MaxBytes} bytes.");
        }

        var version = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        return version == expectedVersion
            ? length
            : throw new InvalidDataException($"The server sent a frame of version {version}; this connection speaks version {expectedVersion}.");
    }

    public static int ReadMessageId(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt32LittleEndian(header[4..]);

    /// <summary>Whether a body is an error: a JSON object whose own field <c>code</c> is a number other than 200.</summary>
    public static bool IsError(ReadOnlySpan<byte> body)
    {
        // Nearly every reply of a load run is not an error: a vectorised search settles those without parsing JSON.
        return body.IndexOf("\"code\""u8) >= 0 && TryReadNumber(body, "code"u8, out var code) && code != 200;
    }

    /// <summary>Reads a number that is a direct field of the JSON object in <paramref name="body"/>.</summary>
    /// <returns>False when the body is not such an object or the field is absent.</returns>
    public static bool TryReadNumber(ReadOnlySpan<byte> body, ReadOnlySpan<byte> field, out double value)
    {
        value = 0;
        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals(field))
                {
                    return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out value);
                }
            }
        }
        catch (JsonException)
        {
            // Bodies are the game's own business; one that is not JSON has no such field.
        }

        return false;
    }
}
