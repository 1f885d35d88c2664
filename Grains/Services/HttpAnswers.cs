namespace GameCluster.Services;

/// <summary>HTTP replies to outcomes: 200 with what the handler gave, 204 if it gave nothing, the error's code as status where it is one.</summary>
internal static class HttpAnswers
{
    private const string Json = "application/json";

    public static HttpReply Of(Outcome outcome) => outcome switch
    {
        { Error: { } error } => OfError(error),
        { Http: { } reply } => reply,
        { Body: { } body } => new HttpReply(200, outcome.IsRaw ? "application/octet-stream" : Json, body),
        _ => new HttpReply(204, Json, []),
    };

    public static HttpReply OfError(ResponseError error) =>
        new(error.Code is >= 400 and <= 599 ? error.Code : ErrorCodes.BadRequest, Json, ErrorBody.Create(error.Code, error.Text));
}
