using GameCluster.Client.Protocol;

namespace GameCluster.Client.Connections;

/// <summary>What a server answers to hello if it does not speak version 1 (P1-4): an error frame of version 0, which is a message of its own.</summary>
internal static class Version0Error
{
    public static bool IsOne(ReadOnlySpan<byte> message) => message.Length >= FrameHeader.VersionEnd && FrameHeader.ReadVersion(message) == 0;

    public static GameException Read(ReadOnlySpan<byte> message)
    {
        var error = ProtocolJson.TryRead<Error>(message[FrameHeader.VersionEnd..]);
        return new GameException(error?.Code ?? 0, SystemId.Hello, error?.Desc ?? "The server does not speak version 1.");
    }
}
