const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** WebSocket's framing on a TCP socket, from either side: as much of RFC 6455 as these tests need. Messages come in one fragment each. */
export class Wire {
  #socket;
  #masks;
  #calls;
  #input = Buffer.alloc(0);
  #code = 1006;

  /** Calls `message(bytes)` for each message and `closed(code)` once, 1006 if there was no close frame. */
  constructor(socket, head, { masks, ...calls }) {
    this.#socket = socket;
    this.#masks = masks;
    this.#calls = calls;
    socket.on('data', bytes => this.#receive(bytes));
    socket.on('close', () => calls.closed(this.#code));
    socket.on('error', () => {});
    this.#receive(head);
  }

  /** One binary message. */
  send(bytes) {
    this.#write(BINARY, Buffer.from(bytes));
  }

  close(code) {
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.#write(CLOSE, payload);
  }

  /** The network is gone: no close frame. */
  cut() {
    this.#socket.destroy();
  }

  #write(opcode, payload) {
    const bit = this.#masks ? 128 : 0;
    const length = payload.length < 126 ? [bit | payload.length] : [bit | 126, payload.length >> 8, payload.length & 255];
    const mask = this.#masks ? [0, 0, 0, 0] : [];
    this.#socket.write(Buffer.concat([Buffer.from([128 | opcode, ...length, ...mask]), payload]));
  }

  #receive(bytes) {
    this.#input = Buffer.concat([this.#input, bytes]);
    let frame;
    while ((frame = this.#cutFrame()) !== null) {
      this.#take(frame);
    }
  }

  #cutFrame() {
    const input = this.#input;
    if (input.length < 2) {
      return null;
    }
    const short = input[1] & 127;
    const masked = input[1] >= 128;
    const start = 2 + [0, 2, 8][[126, 127].indexOf(short) + 1] + (masked ? 4 : 0);
    if (input.length < start) {
      return null;
    }
    const length = short === 126 ? input.readUInt16BE(2) : short === 127 ? Number(input.readBigUInt64BE(2)) : short;
    if (input.length < start + length) {
      return null;
    }
    const mask = masked ? input.subarray(start - 4, start) : [0, 0, 0, 0];
    const payload = Uint8Array.from(input.subarray(start, start + length), (value, at) => value ^ mask[at & 3]);
    this.#input = input.subarray(start + length);
    return { opcode: input[0] & 15, payload };
  }

  #take({ opcode, payload }) {
    if (opcode === CLOSE) {
      this.#code = payload.length >= 2 ? (payload[0] << 8) | payload[1] : 1005;
      this.#write(CLOSE, Buffer.from(payload.subarray(0, 2)));
      this.#socket.end();
    } else if (opcode === PING) {
      this.#write(PONG, Buffer.from(payload));
    } else if (opcode === BINARY) {
      this.#calls.message(payload);
    }
  }
}
