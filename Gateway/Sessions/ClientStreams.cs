using System.Globalization;
using System.Text.Json;

namespace GameCluster.Gateway.Sessions;

/// <summary>What a client says it has: the members of acknowledgements and of resumptions.</summary>
internal static class ClientStreams
{
    public static readonly IReadOnlyDictionary<ushort, uint> None = new Dictionary<ushort, uint>();

    /// <summary>Reads an acknowledgement; false if it is not as the protocol says.</summary>
    public static bool TryReadAck(ReadOnlyMemory<byte> body, out IReadOnlyDictionary<ushort, uint> streams, out uint settled)
    {
        (streams, settled) = (None, 0);
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 4 });
            (streams, settled) = (Read(document.RootElement), ReadSettled(document.RootElement));
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    /// <summary>The member <c>streams</c>: the last number of each stream.</summary>
    public static IReadOnlyDictionary<ushort, uint> Read(JsonElement element)
    {
        if (!element.TryGetProperty("streams", out var streams) || streams.ValueKind == JsonValueKind.Null)
        {
            return None;
        }

        var numbers = new Dictionary<ushort, uint>();
        foreach (var stream in streams.EnumerateObject())
        {
            var number = stream.Value.GetUInt32();
            if (ushort.TryParse(stream.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var name))
            {
                numbers[name] = number;
            }
        }

        return numbers;
    }

    /// <summary>The member <c>settled</c>: every request below it has been answered.</summary>
    public static uint ReadSettled(JsonElement element) =>
        element.TryGetProperty("settled", out var settled) && settled.ValueKind == JsonValueKind.Number ? settled.GetUInt32() : 0;
}
