using System.Buffers;
using System.Text.Json;
using GameCluster.Push;
using GameCluster.Services;
using SessionOptions = GameCluster.Sessions.SessionOptions;

namespace GameCluster.Gateway.Sessions;

/// <summary>The bodies of version 1's system messages from the server.</summary>
internal static class SystemBody
{
    private static readonly JsonWriterOptions Options = new() { Encoder = AsciiJsonEncoder.Instance };

    /// <summary>Why a stream was closed that nobody has left: its room or group does not know the session.</summary>
    public const string Gone = "gone";

    /// <summary>Why a stream goes on with a snapshot of which nothing was lost: a repeated answer has told of an older state.</summary>
    public const string Repeated = "repeated";

    /// <summary>After so many pushes a client acknowledges them.</summary>
    public const int AckMessages = 64;

    /// <summary>After this time a client acknowledges a push.</summary>
    public static readonly TimeSpan AckTime = TimeSpan.FromSeconds(5);

    /// <param name="refused">Why a session was not resumed, or null.</param>
    public static byte[] Welcome(
        string session, string token, bool resumed, string? refused, IEnumerable<SessionStream> streams, GatewayOptions limits, SessionOptions window) => Write(writer =>
    {
        writer.WriteNumber("version"u8, 1);
        writer.WriteString("session"u8, session);
        writer.WriteString("token"u8, token);
        writer.WriteBoolean("resumed"u8, resumed);
        writer.WriteString("reason"u8, refused);
        writer.WriteStartArray("streams"u8);
        foreach (var stream in streams)
        {
            writer.WriteStartObject();
            WriteStream(writer, stream);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("idle"u8, Milliseconds(limits.IdleTimeout));
        writer.WriteStartObject("window"u8);
        writer.WriteNumber("time"u8, Milliseconds(window.WindowTime));
        writer.WriteNumber("messages"u8, window.WindowMessages);
        writer.WriteNumber("bytes"u8, window.WindowBytes);
        writer.WriteEndObject();
        writer.WriteStartObject("limits"u8);
        writer.WriteNumber("frame"u8, limits.MaxFrameBytes);
        writer.WriteNumber("pending"u8, limits.MaxPendingFrames);
        writer.WriteEndObject();
        writer.WriteStartObject("ack"u8);
        writer.WriteNumber("messages"u8, AckMessages);
        writer.WriteNumber("time"u8, Milliseconds(AckTime));
        writer.WriteEndObject();
    });

    /// <param name="stream">The stream, or null for the session's own.</param>
    /// <param name="snapshot">JSON, or null.</param>
    public static byte[] Resync(SessionStream? stream, uint number, string reason, byte[]? snapshot) => Write(writer =>
    {
        writer.WriteNumber("stream"u8, stream?.Number ?? 0);
        writer.WriteNumber("number"u8, number);
        writer.WriteString("reason"u8, reason);
        writer.WriteString("service"u8, stream?.Service);
        writer.WriteString("room"u8, stream?.Room);
        writer.WritePropertyName("snapshot"u8);
        if (snapshot is { Length: > 0 })
        {
            writer.WriteRawValue(snapshot);
        }
        else
        {
            writer.WriteNullValue();
        }
    });

    public static byte[] Stream(SessionStream stream, bool opened, string? reason) => Write(writer =>
    {
        writer.WriteNumber("stream"u8, stream.Number);
        writer.WriteString("event"u8, opened ? "opened"u8 : "closed"u8);
        writer.WriteString("service"u8, stream.Service);
        writer.WriteString("room"u8, stream.Room);
        if (reason is not null)
        {
            writer.WriteString("reason"u8, reason);
        }
    });

    public static byte[] GoAway(TimeSpan delay, string reason) => Write(writer =>
    {
        writer.WriteNumber("delay"u8, Milliseconds(delay));
        writer.WriteNull("address"u8);
        writer.WriteString("reason"u8, reason);
    });

    public static byte[] Busy(TimeSpan retry, string reason) => Write(writer =>
    {
        writer.WriteNumber("retry"u8, Milliseconds(retry));
        writer.WriteString("reason"u8, reason);
    });

    public static byte[] Kick(string reason) => Write(writer => writer.WriteString("reason"u8, reason));

    private static void WriteStream(Utf8JsonWriter writer, SessionStream stream)
    {
        writer.WriteNumber("stream"u8, stream.Number);
        writer.WriteString("service"u8, stream.Service);
        writer.WriteString("room"u8, stream.Room);
    }

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
