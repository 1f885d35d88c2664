namespace GameCluster.Services;

/// <summary>The framework's own codes in error frames; they follow HTTP's meaning. A game may use any other.</summary>
public static class ErrorCodes
{
    /// <summary>Success, as obEspoir's clients expect it in <c>code</c>.</summary>
    public const int Ok = 200;

    /// <summary>The body is not the JSON object the handler reads.</summary>
    public const int BadRequest = 400;

    /// <summary>The message needs a login.</summary>
    public const int LoginRequired = 401;

    /// <summary>A client may not send this id.</summary>
    public const int Forbidden = 403;

    /// <summary>No service handles this id.</summary>
    public const int UnknownMessage = 404;

    /// <summary>The session is not bound to a room of the service.</summary>
    public const int NotInRoom = 409;

    /// <summary>The login was refused, as the player is logged in with another session.</summary>
    public const int LoggedInElsewhere = 409;

    /// <summary>The handler failed. What went wrong is in the server's log, never in the frame.</summary>
    public const int InternalError = 500;

    /// <summary>No silo could take the message in time; it was not handled.</summary>
    public const int Unavailable = 503;

    /// <summary>The silo that had the message went away or did not answer in time: whether it was handled is unknown.</summary>
    public const int OutcomeUnknown = 504;
}
