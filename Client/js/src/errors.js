/** What a request can end with. `code` is the server's number, or 0 where the server has not said anything. */
export class GameError extends Error {
  constructor(code, messageId, text) {
    super(text);
    this.name = new.target.name;
    this.code = code;
    this.messageId = messageId;
  }
}

/** No answer in time. If the request was sent, whether it was handled is unknown. */
export class TimeoutError extends GameError {
  constructor(messageId, sent) {
    super(0, messageId, messageId ? `Message ${messageId} was not answered in time.` : 'No gateway has answered in time.');
    this.sent = sent;
  }
}

/** The session has ended while the client was away. If the request was sent, whether it was handled is unknown. */
export class SessionLostError extends GameError {
  constructor(messageId, sent) {
    super(0, messageId, `The session ended before message ${messageId} was answered.`);
    this.sent = sent;
  }
}

/** The client is closed: by close(), a kick, or a gateway that refuses it. */
export class ClosedError extends GameError {
  constructor(messageId, sent) {
    super(0, messageId, 'The client is closed.');
    this.sent = sent;
  }
}

/** As many requests wait as the client may hold. */
export class QueueFullError extends GameError {
  constructor(messageId) {
    super(0, messageId, `Message ${messageId} was not taken: too many requests wait for their answers.`);
    this.sent = false;
  }
}
