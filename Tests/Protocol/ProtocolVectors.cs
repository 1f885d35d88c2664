using System.Text.Json;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Protocol;

/// <summary>docs/protocol-vectors.json.</summary>
internal sealed record ProtocolVectors(int FrameLimit, FrameVector[] Frames, StreamVector[] Streams)
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
