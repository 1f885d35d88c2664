using System.Text.Json.Serialization;

namespace GameCluster.Games.Csmj;

internal sealed record RollReply(int Code, int[] Dice, int[] House, int Won, int Total);

internal sealed record JackpotMessage(int Bonus, int Total);

internal sealed record ScoreReply(int Rounds, int Total);

[JsonSerializable(typeof(RollReply))]
[JsonSerializable(typeof(JackpotMessage))]
[JsonSerializable(typeof(ScoreReply))]
internal sealed partial class CsmjJson : JsonSerializerContext;
