using System.Buffers.Binary;

namespace GameCluster.LoadTest.Protocol;

/// <summary>
/// Reads what a server sends after the upgrade (RFC 6455, section 5) from chunks of any size. Data payload is handed on as it arrives, so
/// that no message needs a buffer of its own; control frames are collected first.
/// </summary>
internal sealed class WebSocketFrameReader
{
    private const int LongestHeader = 10;
    private const int LongestControl = 125;
    private const int Close = 8;
    private const int Ping = 9;

    private readonly byte[] _header = new byte[LongestHeader];
    private int _headerBytes;
    private int _opcode;
    private long _remaining;
    private bool _inPayload;
    private byte[]? _control;
    private int _controlBytes;

    /// <exception cref="InvalidDataException">The server broke the WebSocket protocol.</exception>
    public void Read(ReadOnlySpan<byte> data, IWebSocketSink sink)
    {
        while (!data.IsEmpty)
        {
            if (!_inPayload && !TryReadHeader(ref data))
            {
                continue;
            }

            var taken = (int)Math.Min(_remaining, data.Length);
            ReadPayload(data[..taken], sink);
            data = data[taken..];
        }
    }

    private bool TryReadHeader(ref ReadOnlySpan<byte> data)
    {
        _header[_headerBytes++] = data[0];
        data = data[1..];
        if (_headerBytes < 2 || _headerBytes < HeaderLength())
        {
            return false;
        }

        _headerBytes = 0;
        _opcode = _header[0] & 0x0F;
        _remaining = PayloadLength();
        _inPayload = true;
        if ((_header[0] & 0x70) != 0 || (_header[1] & 0x80) != 0 || (_opcode >= Close && _remaining > LongestControl))
        {
            throw new InvalidDataException($"The server sent a WebSocket frame with header {_header[0]:x2} {_header[1]:x2}, which RFC 6455 forbids here.");
        }

        return true;
    }

    private int HeaderLength() => (_header[1] & 0x7F) switch { 126 => 4, 127 => 10, _ => 2 };

    private long PayloadLength() => (_header[1] & 0x7F) switch
    {
        126 => BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)),
        127 => BinaryPrimitives.ReadInt64BigEndian(_header.AsSpan(2)) is >= 0 and var length
            ? length
            : throw new InvalidDataException("The server sent a WebSocket frame with a negative length."),
        var length => length,
    };

    private void ReadPayload(ReadOnlySpan<byte> payload, IWebSocketSink sink)
    {
        _remaining -= payload.Length;
        _inPayload = _remaining > 0;
        if (_opcode < Close)
        {
            sink.OnPayload(payload);
            return;
        }

        _control ??= new byte[LongestControl];
        payload.CopyTo(_control.AsSpan(_controlBytes));
        _controlBytes += payload.Length;
        if (!_inPayload)
        {
            ReadControl(_control.AsSpan(0, _controlBytes), sink);
            _controlBytes = 0;
        }
    }

    private void ReadControl(ReadOnlySpan<byte> payload, IWebSocketSink sink)
    {
        if (_opcode == Ping)
        {
            sink.OnPing(payload);
        }
        else if (_opcode == Close)
        {
            sink.OnClose(payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 1005);
        }
    }
}
