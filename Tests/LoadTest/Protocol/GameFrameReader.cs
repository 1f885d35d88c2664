namespace GameCluster.LoadTest.Protocol;

/// <summary>
/// Cuts a stream of bytes into game frames. A frame that arrives whole is handed on in place; only one that is split is copied.
/// </summary>
/// <param name="version">The version that every frame must have. What version 1 adds to the header is handed on as the beginning of the body.</param>
internal sealed class GameFrameReader(int version = 0)
{
    private byte[] _partial = [];
    private int _partialBytes;

    /// <exception cref="InvalidDataException">The stream is not made of frames of the version; it cannot be read further.</exception>
    public void Read(ReadOnlySpan<byte> data, IGameFrameSink sink)
    {
        while (!data.IsEmpty)
        {
            if (_partialBytes == 0 && TryRead(ref data, sink))
            {
                continue;
            }

            data = data[Append(data)..];
            var partial = (ReadOnlySpan<byte>)_partial.AsSpan(0, _partialBytes);
            if (TryRead(ref partial, sink))
            {
                _partialBytes = 0;
            }
        }
    }

    private bool TryRead(ref ReadOnlySpan<byte> data, IGameFrameSink sink)
    {
        if (data.Length < GameFrame.HeaderBytes)
        {
            return false;
        }

        var length = GameFrame.ReadLength(data, version);
        if (data.Length < length)
        {
            return false;
        }

        sink.OnFrame(GameFrame.ReadMessageId(data), data[GameFrame.HeaderBytes..length]);
        data = data[length..];
        return true;
    }

    private int Append(ReadOnlySpan<byte> data)
    {
        var wanted = _partialBytes < GameFrame.HeaderBytes ? GameFrame.HeaderBytes : GameFrame.ReadLength(_partial, version);
        var taken = Math.Min(wanted - _partialBytes, data.Length);
        if (_partial.Length < wanted)
        {
            Array.Resize(ref _partial, wanted);
        }

        data[..taken].CopyTo(_partial.AsSpan(_partialBytes));
        _partialBytes += taken;
        return taken;
    }
}
