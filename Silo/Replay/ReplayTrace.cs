using System.Buffers;
using System.Text.Json;
using GameCluster.Rooms.Journal;

namespace GameCluster.Silo.Replay;

/// <summary>Makes of each input that is done again one line of JSON: the input, what the room said, who is in it, and its state. <paramref name="onInput"/> gets the line.</summary>
internal sealed class ReplayTrace(Action<ReadOnlyMemory<byte>> onInput) : IRoomReplay
{
    private readonly List<ReplayedMessage> _said = [];
    private readonly ArrayBufferWriter<byte> _line = new();
    private JournalEntry? _entry;

    /// <summary>The input that was begun last; null before the first.</summary>
    public JournalEntry? Current => Volatile.Read(ref _entry);

    /// <summary>How many are done.</summary>
    public long Done { get; private set; }

    /// <summary>The state after the last one.</summary>
    public ReadOnlyMemory<byte> State { get; private set; }

    public void OnBegin(JournalEntry entry)
    {
        Volatile.Write(ref _entry, entry);
        _said.Clear();
    }

    public void OnSaid(ReplayedMessage message) => _said.Add(message);

    public void OnDone(ReplayedRoom room)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line))
        {
            Write(json, room);
        }

        onInput(_line.WrittenMemory);
        (State, Done) = (room.State, Done + 1);
    }

    private void Write(Utf8JsonWriter json, ReplayedRoom room)
    {
        json.WriteStartObject();
        json.WriteNumber("version", _entry!.Version);
        json.WritePropertyName("input");
        json.WriteRawValue(_entry.Body.Span);
        json.WriteStartArray("said");
        foreach (var message in _said)
        {
            Write(json, message);
        }

        json.WriteEndArray();
        json.WriteStartObject("room");
        json.WriteBoolean("open", room.IsOpen);
        json.WriteBoolean("locked", room.IsLocked);
        json.WriteStartArray("members");
        foreach (var member in room.Members)
        {
            json.WriteStartObject();
            json.WriteNumber("number", member.Number);
            json.WriteString("player", member.Player);
            json.WriteBoolean("spectator", member.IsSpectator);
            json.WriteBoolean("away", member.IsAway);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WritePropertyName("state");
        json.WriteRawValue(room.State.IsEmpty ? "null"u8 : room.State.Span);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReplayedMessage message)
    {
        json.WriteStartObject();
        json.WriteNumber("id", message.Id);
        json.WriteString("to", message.Audience);
        if (message.Member > 0)
        {
            json.WriteNumber("member", message.Member);
        }

        if (message.Key is { } key)
        {
            json.WriteString("key", key);
        }

        WriteBody(json, message.Body);
        json.WriteEndObject();
    }

    /// <summary>A game may send what it likes.</summary>
    private static void WriteBody(Utf8JsonWriter json, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var body = JsonDocument.Parse(bytes);
            json.WritePropertyName("body");
            body.WriteTo(json);
        }
        catch (JsonException)
        {
            json.WriteBase64String("bytes", bytes.Span);
        }
    }
}
