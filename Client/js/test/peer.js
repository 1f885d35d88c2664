import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { encodeFrame, FrameReader, Kind, SystemId } from '../src/frames.js';
import { Wire } from './wire.js';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const BRACE = '{'.charCodeAt(0);
const text = new TextEncoder();
const words = new TextDecoder();

/** A gateway that does only what a test tells it to: for what a real one cannot be made to do. */
export class Peer {
  #server = createServer();
  #arrived = [];
  #waiting = [];

  static async start() {
    const peer = new Peer();
    peer.#server.on('upgrade', (request, socket, head) => peer.#accept(request, socket, head));
    peer.#server.listen(0, '127.0.0.1');
    await once(peer.#server, 'listening');
    return peer;
  }

  get url() {
    return `ws://127.0.0.1:${this.#server.address().port}/`;
  }

  /** The next connection, with its hello read. */
  async accept() {
    const line = this.#arrived.shift() ?? (await new Promise(resolve => this.#waiting.push(resolve)));
    line.hello = (await line.next()).json;
    return line;
  }

  stop() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #accept(request, socket, head) {
    const key = createHash('sha1').update(request.headers['sec-websocket-key'] + GUID).digest('base64');
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`);
    const line = new Line(socket, head);
    const waiting = this.#waiting.shift();
    if (waiting) {
      waiting(line);
    } else {
      this.#arrived.push(line);
    }
  }
}

/** One connection, seen from the server. */
class Line {
  #wire;
  #reader = new FrameReader(1 << 20);
  #frames = [];
  #waiting = [];

  /** The client's close code, once it has closed. */
  closed;

  constructor(socket, head) {
    this.closed = new Promise(closed => {
      const message = bytes => this.#reader.read(bytes).forEach(frame => this.#take(frame));
      this.#wire = new Wire(socket, head, { masks: false, message, closed });
    });
  }

  /** The next frame of the client, with its body also as JSON. */
  next() {
    return this.#frames.length > 0 ? Promise.resolve(this.#frames.shift()) : new Promise(resolve => this.#waiting.push(resolve));
  }

  /** The next frame that is no acknowledgement and no ping. */
  async nextMessage() {
    let frame;
    do {
      frame = await this.next();
    } while (frame.messageId === SystemId.ACK || frame.messageId === SystemId.PING);
    return frame;
  }

  async nextAck() {
    return (await this.nextAckMessage()).streams;
  }

  async nextAckMessage() {
    let frame;
    do {
      frame = await this.next();
    } while (frame.messageId !== SystemId.ACK);
    return frame.json;
  }

  welcome(more = {}) {
    this.system(SystemId.WELCOME, {
      version: 1, session: '0'.repeat(32), token: 'first', resumed: false, reason: null, streams: [], idle: 300_000,
      window: { time: 60_000, messages: 1024, bytes: 262_144 }, limits: { frame: 65_536, pending: 256 }, ack: { messages: 64, time: 5_000 }, ...more,
    });
  }

  system(messageId, message) {
    this.send({ messageId, kind: Kind.NOTIFY, body: text.encode(JSON.stringify(message)) });
  }

  reply({ messageId, number }, message) {
    this.send({ messageId, kind: Kind.REPLY, number, body: text.encode(JSON.stringify(message)) });
  }

  push(stream, number, message) {
    this.send({ messageId: 61_021, kind: Kind.PUSH, stream, number, body: text.encode(JSON.stringify(message)) });
  }

  send(...frames) {
    this.sendBytes(Buffer.concat(frames.map(encodeFrame)));
  }

  /** One binary message. */
  sendBytes(bytes) {
    this.#wire.send(bytes);
  }

  close(code) {
    this.#wire.close(code);
  }

  cut() {
    this.#wire.cut();
  }

  #take(frame) {
    const withJson = { ...frame, json: frame.body[0] === BRACE ? JSON.parse(words.decode(frame.body)) : null };
    const waiting = this.#waiting.shift();
    if (waiting) {
      waiting(withJson);
    } else {
      this.#frames.push(withJson);
    }
  }
}
