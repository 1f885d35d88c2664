namespace GameCluster.Services;

/// <summary>What a handler made of a request: bytes, a failure, an HTTP reply, or, by default, nothing to send.</summary>
internal readonly record struct Outcome(
    byte[]? Body = null, ResponseError? Error = null, HttpReply? Http = null, bool IsRaw = false, OutcomeKind Kind = OutcomeKind.Handled)
{
    public static Outcome OfNothing(Nothing reply) => default;

    public static Outcome OfBytes(byte[]? reply) => reply is { Length: > 0 } ? new Outcome(reply, IsRaw: true) : default;

    public static Outcome OfHttp(HttpReply? reply) => new(Http: reply);

    public static Func<T?, Outcome> OfJson<T>(ServiceJson json)
    {
        var type = json.TypeInfo<T>();
        return reply =>
        {
            if (reply is null)
            {
                return default;
            }

            // obEspoir's clients know an empty object as "no reply".
            var bytes = JsonScratch.Serialize(reply, type);
            return bytes is [(byte)'{', (byte)'}'] ? default : new Outcome(bytes);
        };
    }
}
