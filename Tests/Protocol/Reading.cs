using GameCluster.Gateway.Protocol;

namespace GameCluster.Tests.Protocol;

/// <summary>A frame whose equality is that of its content.</summary>
internal sealed record ReadFrame(int MessageId, int Version, string BodyHex)
{
    public static ReadFrame From(Frame frame) => new(frame.MessageId, frame.Version, Convert.ToHexStringLower(frame.Body));
}

/// <summary>What a reader made of everything it was given.</summary>
internal sealed record ReadOutcome(ReadFrame[] Frames, FrameReadResult Result, bool IsMidFrame)
{
    public bool Equals(ReadOutcome? other) =>
        other is not null && Frames.SequenceEqual(other.Frames) && Result == other.Result && IsMidFrame == other.IsMidFrame;

    public override int GetHashCode() => HashCode.Combine(Frames.Length, Result, IsMidFrame);

    public override string ToString() => $"{Result}, {(IsMidFrame ? "mid frame" : "between frames")}, [{string.Join(", ", (object[])Frames)}]";
}

internal static class Reading
{
    /// <summary>Feeds the chunks to one reader, one after another, also after an error.</summary>
    public static ReadOutcome ReadChunks(int maxFrameLength, params IEnumerable<byte[]> chunks)
    {
        var reader = new FrameReader(maxFrameLength);
        var frames = new List<ReadFrame>();
        var result = FrameReadResult.NeedMore;
        foreach (var chunk in chunks)
        {
            result = reader.ReadAll(chunk, frames);
        }

        return new ReadOutcome([.. frames], result, reader.IsMidFrame);
    }

    /// <summary>The result that ends the input, which is never <see cref="FrameReadResult.Frame"/>.</summary>
    public static FrameReadResult ReadAll(this FrameReader reader, ReadOnlySpan<byte> input, List<ReadFrame> frames)
    {
        FrameReadResult result;
        var before = input.Length;
        while ((result = reader.Read(ref input, out var frame)) == FrameReadResult.Frame)
        {
            Assert.That(input.Length, Is.LessThan(before), "A frame came out of no input.");
            before = input.Length;
            frames.Add(ReadFrame.From(frame));
        }

        if (result == FrameReadResult.NeedMore)
        {
            Assert.That(input.Length, Is.Zero, "A reader that needs more has left input unread.");
        }

        return result;
    }
}
