import { GameError } from './errors.js';
import { encodeFrame, FrameReader, Kind, SystemId } from './frames.js';
import { parse, toBody } from './json.js';

/** What a client may say when it gives a connection up and means to resume (P1-42). */
export const GIVEN_UP = 4002;

const NORMAL = 1000;
const ABNORMAL = 1006;
const OPEN = 1;
const VERSION_OFFSET = 8;
const VERSION_0_HEADER = 12;

/** A gateway will say how long its frames may be; welcome itself must fit into this. */
const WELCOME_LIMIT = 1 << 20;

/**
 * One socket: hello, welcome, frames, end. Calls `welcome(welcome)` once, then `frame(frame)` for each frame, and `closed({ code, reason, refusal, welcomed, retry })` exactly
 * once, after which it calls nothing. `refusal` is the server's answer if it does not speak version 1, `retry` how long it wants to be left alone, in milliseconds, or 0.
 */
export class Connection {
  #socket;
  #calls;
  #reader = new FrameReader(WELCOME_LIMIT);
  #welcomed = false;
  #ended = false;
  #retry = 0;
  #timer;

  constructor(WebSocket, url, hello, timeout, calls) {
    this.#calls = calls;
    this.#timer = setTimeout(() => this.abandon('no welcome in time'), timeout);
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.onopen = () => this.sendSystem(SystemId.HELLO, hello);
    this.#socket.onmessage = ({ data }) => this.#receive(data);
    this.#socket.onclose = ({ code, reason }) => this.#end({ code, reason, refusal: null });
    this.#socket.onerror = () => {};
  }

  /** Bytes that wait to be sent. */
  get waitingBytes() {
    return this.#socket.bufferedAmount ?? 0;
  }

  /** Sends a frame; nothing happens on a connection that is gone, as its end is told anyway. */
  send(frame) {
    if (!this.#ended && this.#socket.readyState === OPEN) {
      this.#socket.send(encodeFrame(frame));
    }
  }

  sendSystem(messageId, message) {
    this.send({ messageId, kind: Kind.NOTIFY, body: toBody(message) });
  }

  /** Ends the session with the connection. */
  close() {
    this.#close(NORMAL, '');
    this.#end({ code: NORMAL, reason: '', refusal: null });
  }

  /** Gives this connection up without waiting for the other side; the session can be resumed. */
  abandon(reason) {
    this.#close(GIVEN_UP, reason);
    this.#end({ code: GIVEN_UP, reason, refusal: null });
  }

  #close(code, reason) {
    try {
      this.#socket.close(code, reason);
    } catch {
      // A socket that cannot be closed is as good as closed.
    }
  }

  #receive(data) {
    if (this.#ended) {
      return;
    }
    if (!(data instanceof ArrayBuffer)) {
      this.abandon('a message that is not binary');
      return;
    }
    const bytes = new Uint8Array(data);
    if (!this.#welcomed && isVersion0(bytes)) {
      this.#refused(bytes.subarray(VERSION_0_HEADER));
      return;
    }
    for (const frame of this.#reader.read(bytes)) {
      if (!this.#ended) {
        this.#take(frame);
      }
    }
    if (this.#reader.result !== 'needMore') {
      this.abandon(`bytes that are not version 1: ${this.#reader.result}`);
    }
  }

  #take(frame) {
    if (this.#welcomed) {
      this.#calls.frame(frame);
      return;
    }
    if (frame.messageId === SystemId.BUSY) {
      const { retry } = tryParse(frame.body) ?? {};
      this.#retry = Number.isFinite(retry) && retry > 0 ? retry : 0; // The server closes (P1-47).
      return;
    }
    const welcome = frame.messageId === SystemId.WELCOME ? tryParse(frame.body) : null;
    if (welcome?.version !== 1 || typeof welcome.token !== 'string') {
      this.abandon('no welcome where one had to be');
      return;
    }
    clearTimeout(this.#timer);
    this.#welcomed = true;
    this.#calls.welcome(welcome);
  }

  #refused(body) {
    const { code = 0, desc = 'The server does not speak version 1.' } = tryParse(body) ?? {};
    this.#close(NORMAL, '');
    this.#end({ code: NORMAL, reason: desc, refusal: new GameError(code, SystemId.HELLO, desc) });
  }

  #end(close) {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#calls.closed({ ...close, code: close.code || ABNORMAL, welcomed: this.#welcomed, retry: this.#retry });
  }
}

function isVersion0(bytes) {
  return bytes.length >= VERSION_0_HEADER && new DataView(bytes.buffer, bytes.byteOffset).getInt32(VERSION_OFFSET, true) === 0;
}

function tryParse(body) {
  try {
    return parse(body);
  } catch {
    return null;
  }
}
