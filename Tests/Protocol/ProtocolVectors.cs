using System.Text.Json;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Protocol;

/// <summary>docs/protocol-vectors.json.</summary>
internal sealed record ProtocolVectors(int FrameLimit, FrameVector[] Frames, StreamVector[] Streams, Version1Vectors Version1)
{
    public static ProtocolVectors Load() => JsonSerializer.Deserialize<ProtocolVectors>(
        RepositoryFile.Read("docs/protocol-vectors.json"), JsonSerializerOptions.Web)!;
}

/// <summary>One frame and its bytes.</summary>
internal sealed record FrameVector(string Name, string Clause, int MessageId, int Version, int Length, string Body, string Hex)
{
    public override string ToString() => Name;
}

/// <summary>Bytes as they arrive, and what a reader makes of them.</summary>
internal sealed record StreamVector(string Name, string Clause, string[] Chunks, ReadFrame[] Frames, string Result, bool MidFrame)
{
    public override string ToString() => Name;
}

/// <summary>The same of version 1.</summary>
internal sealed record Version1Vectors(Frame1Vector[] Frames, Stream1Vector[] Streams);

/// <summary>One frame of version 1 and its bytes.</summary>
internal sealed record Frame1Vector(
    string Name, string Clause, int MessageId, int Version, byte Kind, byte Flags, ushort Stream, uint Number, int Length, string Body, string Hex)
{
    public override string ToString() => Name;
}

/// <summary>Bytes of version 1 as they arrive, and what a reader makes of them.</summary>
internal sealed record Stream1Vector(string Name, string Clause, string[] Chunks, ReadFrame1[] Frames, string Result, bool MidFrame)
{
    public override string ToString() => Name;
}

/// <summary>A frame of version 1 as the vectors write it.</summary>
internal sealed record ReadFrame1(int MessageId, int Version, byte Kind, byte Flags, ushort Stream, uint Number, string BodyHex);
