using System.Text.Json.Serialization;
using GameCluster.Services;

namespace GameCluster.Games.Demo;

internal sealed record LoginRequest(string Name, string? Passwd = null);

internal sealed record LoginData(int UserId, string Desc);

internal sealed record QueueData(string Desc);

/// <summary>What obEspoir's clients look for first: <c>code</c>.</summary>
internal sealed record Reply(int Code = ErrorCodes.Ok)
{
    public static Reply<T> Of<T>(T data) => new(ErrorCodes.Ok, data);
}

internal sealed record Reply<T>(int Code, T Data);

[JsonSerializable(typeof(LoginRequest))]
[JsonSerializable(typeof(Reply))]
[JsonSerializable(typeof(Reply<LoginData>))]
[JsonSerializable(typeof(Reply<QueueData>))]
internal sealed partial class DemoJson : JsonSerializerContext;
