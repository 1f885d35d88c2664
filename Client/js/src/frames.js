/** The frames of version 1: bytes to frames and back. docs/protocol.md, P1-8 to P1-13. */

export const HEADER_SIZE = 20;
export const VERSION = 1;

export const Kind = Object.freeze({ NOTIFY: 0, REQUEST: 1, REPLY: 2, ERROR: 3, PUSH: 4 });

export const SystemId = Object.freeze({
  HELLO: -1, WELCOME: -2, ACK: -3, RESYNC: -4, GOAWAY: -5, KICK: -6, PING: -7, PONG: -8, STREAM: -9, BUSY: -10,
});

const NOTHING = new Uint8Array(0);

/** One frame as bytes of its own. */
export function encodeFrame({ messageId, kind, stream = 0, number = 0, body = NOTHING }) {
  const frame = new Uint8Array(HEADER_SIZE + body.length);
  const header = new DataView(frame.buffer);
  header.setInt32(0, frame.length, true);
  header.setInt32(4, messageId, true);
  header.setInt32(8, VERSION, true);
  header.setUint8(12, kind);
  header.setUint16(14, stream, true);
  header.setUint32(16, number, true);
  frame.set(body, HEADER_SIZE);
  return frame;
}

/**
 * Cuts the bytes of one connection into frames, however they arrive. A length is judged by its four bytes, a version by its header,
 * before anything is kept for the body; after a wrong one the reader is of no further use.
 */
export class FrameReader {
  #limit;
  #header = new Uint8Array(HEADER_SIZE);
  #view = new DataView(this.#header.buffer);
  #body = null;
  #filled = 0;

  /** 'needMore', 'badLength', 'tooLong' or 'badVersion'. */
  result = 'needMore';

  constructor(limit) {
    this.#limit = limit;
  }

  /** Whether a frame has begun and is not complete. */
  get isMidFrame() {
    return this.#filled > 0 || this.#body !== null;
  }

  /** The frames that these bytes complete, in order. Their bodies are theirs. */
  read(bytes) {
    const frames = [];
    let at = 0;
    while (this.result === 'needMore') {
      const target = this.#body ?? this.#header;
      const count = Math.min(target.length - this.#filled, bytes.length - at);
      target.set(bytes.subarray(at, at + count), this.#filled);
      this.#filled += count;
      at += count;
      if (this.#body === null) {
        this.#judge();
      }
      if (this.#filled < target.length || this.result !== 'needMore') {
        break;
      }
      if (this.#body === null) {
        this.#body = new Uint8Array(this.#view.getInt32(0, true) - HEADER_SIZE);
        this.#filled = 0;
      }
      if (this.#filled === this.#body.length) {
        frames.push(this.#take());
      }
    }
    return frames;
  }

  #judge() {
    const length = this.#filled >= 4 ? this.#view.getInt32(0, true) : HEADER_SIZE;
    if (length < HEADER_SIZE) {
      this.result = 'badLength';
    } else if (length > this.#limit) {
      this.result = 'tooLong';
    } else if (this.#filled >= 12 && this.#view.getInt32(8, true) !== VERSION) {
      this.result = 'badVersion';
    }
  }

  #take() {
    const view = this.#view;
    const frame = {
      messageId: view.getInt32(4, true),
      version: view.getInt32(8, true),
      kind: view.getUint8(12),
      flags: view.getUint8(13),
      stream: view.getUint16(14, true),
      number: view.getUint32(16, true),
      body: this.#body,
    };
    this.#body = null;
    this.#filled = 0;
    return frame;
  }
}
