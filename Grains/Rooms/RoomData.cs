using System.Text.Json;
using GameCluster.Services;

namespace GameCluster.Rooms;

/// <summary>What came with a room's creation or with a joining session: JSON, or nothing.</summary>
public readonly struct RoomData
{
    private readonly ServiceJson _json;

    internal RoomData(byte[]? bytes, ServiceJson json) => (Bytes, _json) = (bytes, json);

    /// <summary>The JSON as it came, or null.</summary>
    public byte[]? Bytes { get; }

    /// <summary>Reads it, as handlers' requests are read; the type's default if nothing came.</summary>
    /// <exception cref="JsonException">It does not fit: let it go, and the caller is refused with code 400.</exception>
    public T? Read<T>() => Bytes is { Length: > 0 } bytes ? JsonSerializer.Deserialize(bytes, _json.TypeInfo<T>()) : default;
}
