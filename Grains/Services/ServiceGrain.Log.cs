using GameCluster.Sessions;
using Microsoft.Extensions.Logging;

namespace GameCluster.Services;

public abstract partial class ServiceGrain
{
    // What went wrong is for the log; a client learns that it did.
    private const string FailedText = "The server could not handle this message.";
    private const string StoppingText = "The server is going away; whether the message was handled is unknown.";
    private const string OvertakenText = "A later message of the session was handled before this one came; it was not handled.";
    private const string AnswerGoneText = "The message was handled before; its answer is not kept any more.";

    [LoggerMessage(Level = LogLevel.Error, Message = "Service {Service}: the handler of message {MessageId} of session {Session} failed")]
    private static partial void LogHandlerFailed(ILogger logger, Exception exception, string service, int messageId, SessionId session);

    [LoggerMessage(Level = LogLevel.Error, Message = "Service {Service}: the handler of {Method} {Path} failed")]
    private static partial void LogEndpointFailed(ILogger logger, Exception exception, string service, string method, string path);
}
