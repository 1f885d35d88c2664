using System.Text.Json;

namespace GameCluster.Client;

/// <summary>A message nobody asked for, and where it comes from.</summary>
public sealed class PushMessage
{
    private readonly JsonSerializerOptions _json;

    internal PushMessage(int messageId, ushort stream, uint number, string? service, string? room, byte[] body, JsonSerializerOptions json)
    {
        MessageId = messageId;
        Stream = stream;
        Number = number;
        Service = service;
        Room = room;
        Body = body;
        _json = json;
    }

    /// <summary>What it is about.</summary>
    public int MessageId { get; }

    /// <summary>0 for the session's own stream.</summary>
    public ushort Stream { get; }

    /// <summary>Its place in the stream, without gaps; 0: live, not counted and not sent again.</summary>
    public uint Number { get; }

    /// <summary>The room's service; null for the session's own stream.</summary>
    public string? Service { get; }

    /// <summary>The room; null for the session's own stream.</summary>
    public string? Room { get; }

    /// <summary>The body as it came.</summary>
    public byte[] Body { get; }

    /// <summary>The body as JSON.</summary>
    /// <exception cref="JsonException">It is not, or not of this type.</exception>
    public T? Read<T>() => Body.Length == 0 ? default : JsonSerializer.Deserialize<T>(Body, _json);
}
