using System.Runtime.CompilerServices;

namespace GameCluster.Gateway.Protocol;

/// <summary>
/// Cuts the bytes of one connection into frames, however they arrive. Not thread-safe. Between frames it holds no buffer; within one it holds
/// the body, which is never longer than the limit. A length is judged as soon as its four bytes are there, before anything is allocated; after a
/// wrong one every call gives the same result again.
/// </summary>
/// <param name="maxFrameLength">The greatest length to accept, in bytes, header included; at least <see cref="FrameHeader.Size"/>.</param>
internal sealed class FrameReader(int maxFrameLength)
{
    private readonly int _maxFrameLength = maxFrameLength >= FrameHeader.Size
        ? maxFrameLength
        : throw new ArgumentOutOfRangeException(
            nameof(maxFrameLength), maxFrameLength, $"A frame limit must leave room for the header: set it to {FrameHeader.Size} or more.");

    private HeaderBytes _header;
    private int _headerSize = FrameHeader.Size;

    // Null until the header is complete.
    private byte[]? _body;

    // Bytes of the header that are there or, once there is a body, of the body.
    private int _filled;

    /// <summary>Whether a frame has begun and is not complete.</summary>
    public bool IsMidFrame => _filled > 0 || _body is not null;

    /// <summary>From the next frame on, headers are those of version 1. Not within a frame.</summary>
    public void UseSessionFrames() => _headerSize = SessionFrame.Size;

    /// <summary>
    /// Reads on to the end of a frame or of the input, and moves the start of <paramref name="input"/> behind what was read. To be called
    /// until it does not give <see cref="FrameReadResult.Frame"/>. Never throws, whatever the bytes.
    /// </summary>
    public FrameReadResult Read(ref ReadOnlySpan<byte> input, out Frame frame)
    {
        frame = default;
        if (_body is null)
        {
            var complete = Fill(((Span<byte>)_header)[.._headerSize], ref input);
            var judgement = JudgeLength();
            if (!complete || judgement != FrameReadResult.NeedMore)
            {
                return judgement;
            }

            BeginBody();
        }

        if (!Fill(_body, ref input))
        {
            return FrameReadResult.NeedMore;
        }

        frame = EndBody();
        return FrameReadResult.Frame;
    }

    /// <summary>
    /// Nothing to say before the four bytes are there. Nothing ever clears a wrong length, so each later call comes here and finds it again.
    /// </summary>
    private FrameReadResult JudgeLength()
    {
        if (_filled < FrameHeader.LengthSize)
        {
            return FrameReadResult.NeedMore;
        }

        var length = FrameHeader.ReadLength(_header);
        return length < _headerSize ? FrameReadResult.BadLength
            : length > _maxFrameLength ? FrameReadResult.TooLong
            : FrameReadResult.NeedMore;
    }

    private void BeginBody()
    {
        var length = FrameHeader.ReadLength(_header) - _headerSize;

        // Every byte is overwritten before the body is handed out, so it need not be cleared first.
        _body = length == 0 ? [] : GC.AllocateUninitializedArray<byte>(length);
        _filled = 0;
    }

    private Frame EndBody()
    {
        var header = FrameHeader.Read(_header);
        var session = _headerSize == FrameHeader.Size ? default : SessionFrame.Read(((ReadOnlySpan<byte>)_header)[FrameHeader.Size..]);
        var frame = new Frame(header.MessageId, header.Version, _body!, session);
        _body = null;
        _filled = 0;
        return frame;
    }

    /// <summary>Moves bytes from the input to where they belong; true when nothing is missing there.</summary>
    private bool Fill(Span<byte> destination, ref ReadOnlySpan<byte> input)
    {
        var missing = destination[_filled..];
        var count = Math.Min(missing.Length, input.Length);
        input[..count].CopyTo(missing);
        input = input[count..];
        _filled += count;
        return count == missing.Length;
    }

    [InlineArray(SessionFrame.Size)]
    private struct HeaderBytes
    {
        private byte _first;
    }
}
