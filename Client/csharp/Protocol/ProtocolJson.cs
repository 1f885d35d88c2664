using System.Text.Json;
using System.Text.Json.Serialization;

namespace GameCluster.Client.Protocol;

/// <summary>The JSON of system messages, without reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(Welcome))]
[JsonSerializable(typeof(Ack))]
[JsonSerializable(typeof(Error))]
[JsonSerializable(typeof(StreamResync))]
[JsonSerializable(typeof(StreamChange))]
[JsonSerializable(typeof(GoingAway))]
[JsonSerializable(typeof(Kicked))]
[JsonSerializable(typeof(Busy))]
internal sealed partial class ProtocolJson : JsonSerializerContext
{
    /// <summary>What a body says; null if it is not that.</summary>
    public static T? TryRead<T>(ReadOnlySpan<byte> body)
        where T : class
    {
        try
        {
            return (T?)JsonSerializer.Deserialize(body, typeof(T), Default);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A system message as a frame.</summary>
    public static Frame ToFrame<T>(int messageId, T message) =>
        new(messageId, FrameKind.Notify, 0, 0, JsonSerializer.SerializeToUtf8Bytes(message, typeof(T), Default));
}
