namespace GameCluster.Client.Protocol;

/// <summary>
/// Cuts the bytes of one connection into frames, however they arrive. A length is judged by its four bytes, a version by its header, before anything is allocated
/// for the body; after a wrong one every call gives the same result again. Not thread-safe.
/// </summary>
/// <param name="maxFrameLength">The greatest length to accept, in bytes.</param>
internal sealed class FrameReader(int maxFrameLength)
{
    private readonly byte[] _header = new byte[Frame.HeaderSize];

    // Null until the header is complete.
    private byte[]? _body;

    // Bytes of the header that are there or, once there is a body, of the body.
    private int _filled;

    /// <summary>Whether a frame has begun and is not complete.</summary>
    public bool IsMidFrame => _filled > 0 || _body is not null;

    /// <summary>Reads on to the end of a frame or of the input, and moves the start of <paramref name="input"/> behind what was read.</summary>
    public FrameReadResult Read(ref ReadOnlySpan<byte> input, out Frame frame)
    {
        frame = default;
        if (_body is null)
        {
            var complete = Fill(_header, ref input);
            var judgement = Judge();
            if (!complete || judgement != FrameReadResult.NeedMore)
            {
                return judgement;
            }

            _body = new byte[FrameHeader.ReadLength(_header) - Frame.HeaderSize];
            _filled = 0;
        }

        if (!Fill(_body, ref input))
        {
            return FrameReadResult.NeedMore;
        }

        frame = FrameHeader.ToFrame(_header, _body);
        _body = null;
        _filled = 0;
        return FrameReadResult.Frame;
    }

    private FrameReadResult Judge()
    {
        var length = _filled < FrameHeader.LengthEnd ? Frame.HeaderSize : FrameHeader.ReadLength(_header);
        return length < Frame.HeaderSize ? FrameReadResult.BadLength
            : length > maxFrameLength ? FrameReadResult.TooLong
            : _filled >= FrameHeader.VersionEnd && FrameHeader.ReadVersion(_header) != Frame.Version ? FrameReadResult.BadVersion
            : FrameReadResult.NeedMore;
    }

    private bool Fill(Span<byte> destination, ref ReadOnlySpan<byte> input)
    {
        var count = Math.Min(destination.Length - _filled, input.Length);
        input[..count].CopyTo(destination[_filled..]);
        input = input[count..];
        _filled += count;
        return _filled == destination.Length;
    }
}
