import { Backoff } from './backoff.js';
import { Connection, GIVEN_UP } from './connection.js';
import { Emitter } from './emitter.js';
import { ClosedError, GameError, SessionLostError, TimeoutError } from './errors.js';
import { Kind, SystemId, VERSION } from './frames.js';
import { fromBody, toBody } from './json.js';
import { Keeper } from './keeper.js';
import { protocolOf, readOptions } from './options.js';
import { Requests } from './requests.js';
import { Streams } from './streams.js';
import { Upkeep } from './upkeep.js';

/** System messages that say something to a client; later servers may have more (P1-12). */
const TOLD = new Set([SystemId.RESYNC, SystemId.STREAM, SystemId.GOAWAY, SystemId.KICK]);

/** Closes after which the session is over (P1-42). */
const FINAL = new Set([4000, 4001]);

/** Closes that blame what the client has sent: after the second in a row there is no use in sending it again. */
const BLAMING = new Set([1002, 1007, 1008, 1009]);
const MOST_BLAMES = 2;

const GOING_AWAY = 1001;

/** With more than this on its way out, a notify is not taken. */
const MOST_WAITING = 1 << 20;

/** How long a connection has to last before its loss counts as the first one again. */
const STABLE_AFTER = 5_000;

/** One session with a cluster, over one connection after another. The types, and what each call promises, are in gamecluster.d.ts. */
export class GameClient {
  #options;
  #emitter = new Emitter();
  #streams = new Streams();
  #requests;
  #backoff;
  #keeper;
  #state = 'closed';
  #connection = null;
  #upkeep = null;
  #session = null;
  #token = null;
  #limits = { frame: 65_536, pending: 256 };
  #connecting = null;
  #restored = false;
  #tries = 0;
  #blames = 0;
  #retryTimer = null;
  #stableTimer = null;
  #moveTimer = null;

  constructor(options) {
    this.#options = readOptions(options);
    this.#requests = new Requests(this.#options.maxRequests, () => this.#pump());
    this.#keeper = new Keeper(this.#options.storage, this.#options.storageKey, () => this.#kept());
    const { urls, leastPause: least, greatestPause: greatest, random } = this.#options;
    this.#backoff = new Backoff(urls, { least, greatest, random });
  }

  get state() {
    return this.#state;
  }

  get session() {
    return this.#session;
  }

  connect() {
    if (this.#state !== 'closed') {
      return Promise.reject(new Error(`The client is ${this.#state} already.`));
    }
    this.#state = 'connecting';
    this.#restore();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#finish({ code: 1006, reason: 'no gateway has answered' }, new TimeoutError(0, false)), this.#options.connectTimeout);
      this.#connecting = { resolve, reject, timer };
      this.#attempt();
    });
  }

  close() {
    this.#finish({ code: 1000, reason: '' }, new ClosedError(0, false));
  }

  async request(messageId, body, { timeout = this.#options.requestTimeout, raw = false } = {}) {
    const bytes = this.#check(messageId, body);
    if (this.#state === 'closed') {
      throw new ClosedError(messageId, false);
    }
    const answer = this.#requests.add(messageId, bytes, timeout);
    this.#pump();
    const reply = await answer;
    return raw ? reply : fromBody(reply);
  }

  notify(messageId, body) {
    const bytes = this.#check(messageId, body);
    if (this.#state !== 'open' || this.#connection.waitingBytes > MOST_WAITING) {
      return false;
    }
    this.#connection.send({ messageId, kind: Kind.NOTIFY, body: bytes });
    return true;
  }

  on(name, handler) {
    return this.#emitter.add(name, handler);
  }

  #check(messageId, body) {
    if (!Number.isInteger(messageId) || messageId <= 0) {
      throw new TypeError('A message id is a whole number above zero.');
    }
    const bytes = toBody(body);
    if (bytes.length + 20 > this.#limits.frame) {
      throw new RangeError(`Message ${messageId} is longer than the ${this.#limits.frame} bytes a frame may have.`);
    }
    return bytes;
  }

  /** Goes on with what an earlier page has left. */
  #restore() {
    const kept = this.#keeper.take();
    if (kept !== null) {
      this.#token = kept.token;
      this.#session = kept.session;
      this.#streams = new Streams(kept.streams);
      this.#requests.beginAt(kept.next);
      this.#tries = kept.attempt ?? 0;
      this.#restored = true;
    }
    this.#keeper.start();
  }

  /** What the next page needs to go on. */
  #kept() {
    return this.#token === null ? null : { token: this.#token, session: this.#session, streams: this.#streams.numbers(), next: this.#requests.following, attempt: this.#tries };
  }

  /** What the server need not keep any more. */
  #progress() {
    return { streams: this.#streams.numbers(), settled: this.#requests.settled };
  }

  #attempt() {
    clearTimeout(this.#retryTimer);
    const hello = { versions: [VERSION], client: this.#options.name };
    if (this.#token !== null) {
      hello.resume = { token: this.#token, ...this.#progress(), attempt: ++this.#tries };
    }
    const { WebSocket, attemptTimeout } = this.#options;
    this.#connection = new Connection(WebSocket, this.#backoff.address(), hello, attemptTimeout, {
      welcome: welcome => this.#welcomed(welcome),
      frame: frame => this.#received(frame),
      closed: close => this.#lost(close),
    });
  }

  #welcomed(welcome) {
    const lost = this.#token !== null && !welcome.resumed;
    this.#token = welcome.token;
    this.#session = welcome.session;
    this.#limits = { ...this.#limits, ...welcome.limits };
    if (lost) {
      this.#streams = new Streams();
      this.#requests.fail((messageId, sent) => new SessionLostError(messageId, sent));
    }
    const changes = this.#streams.reconcile(welcome.streams ?? []);
    this.#upkeep = new Upkeep(this.#connection, () => this.#progress(), welcome, this.#options);
    this.#stableTimer = setTimeout(() => this.#backoff.reset(), STABLE_AFTER);
    this.#state = 'open';
    this.#greet(welcome, lost, changes);
  }

  /** Tells what has happened in the order that a game can act on; a handler may close the client at any of these points. */
  #greet(welcome, lost, changes) {
    const restored = this.#restored && welcome.resumed;
    this.#restored = false;
    const connection = this.#connection;
    const emit = (name, event) => this.#connection === connection && this.#emitter.emit(name, event);
    this.#requests.unanswered().forEach(entry => this.#send(entry));
    this.#settleConnect();
    if (lost) {
      emit('session-lost', { reason: welcome.reason ?? null });
    }
    emit('open', { session: welcome.session, resumed: welcome.resumed, restored });
    changes.forEach(change => emit('stream', change));
    this.#pump();
  }

  #received(frame) {
    this.#upkeep?.heard();
    switch (frame.kind) {
      case Kind.NOTIFY:
        this.#system(frame);
        break;
      case Kind.REPLY:
        this.#answered(frame, entry => entry.resolve(frame.body));
        break;
      case Kind.ERROR:
        this.#failed(frame);
        break;
      case Kind.PUSH:
        this.#pushed(frame);
        break;
      default:
        break; // A later server's kinds are not for this client (P1-12).
    }
  }

  #system({ messageId, body }) {
    const message = TOLD.has(messageId) ? fromBody(body) : {};
    if (message === null || message.constructor !== Object) {
      this.#connection.abandon(`system message ${messageId} is no JSON object`);
      return;
    }
    switch (messageId) {
      case SystemId.RESYNC:
        this.#streams.skipTo(message.stream, message.number);
        this.#emitter.emit('resync', { service: null, room: null, snapshot: null, ...message });
        break;
      case SystemId.STREAM:
        this.#changed(message);
        break;
      case SystemId.GOAWAY:
        this.#move(message);
        break;
      case SystemId.KICK:
        this.#emitter.emit('kick', { reason: message.reason ?? '' });
        this.#finish({ code: 4000, reason: message.reason ?? '' });
        break;
      default:
        break;
    }
  }

  #changed({ stream, event, service = null, room = null, reason = null }) {
    if (event === 'closed') {
      this.#streams.close(stream);
    } else {
      this.#streams.open({ stream, service, room });
    }
    this.#emitter.emit('stream', { stream, event, service, room, reason });
  }

  #failed(frame) {
    const { code = 0, desc = '' } = fromBody(frame.body) ?? {};
    const error = new GameError(code, frame.messageId, desc);
    if (frame.number === 0) {
      this.#emitter.emit('error', error);
    } else {
      this.#answered(frame, entry => entry.reject(error));
    }
  }

  #answered({ number }, settle) {
    const entry = this.#requests.settle(number);
    if (entry !== null) {
      this.#blames = 0;
      this.#upkeep?.count();
      settle(entry);
      this.#pump();
    }
  }

  #pushed({ messageId, stream, number, body }) {
    const verdict = this.#streams.receive(stream, number);
    if (verdict === 'gap') {
      this.#connection.abandon('pushes are missing');
    }
    if (verdict !== 'deliver') {
      return;
    }
    if (number > 0) {
      this.#upkeep?.count();
    }
    const message = fromBody(body);
    const source = { id: messageId, stream, number, ...this.#streams.describe(stream), bytes: body };
    this.#emitter.emit(this.#emitter.has(messageId) ? messageId : 'push', message, source);
  }

  #pump() {
    let entry;
    while (this.#state === 'open' && (entry = this.#requests.next(this.#limits.pending)) !== null) {
      this.#send(entry);
    }
  }

  #send({ messageId, number, body }) {
    this.#connection.send({ messageId, kind: Kind.REQUEST, number, body });
  }

  #move({ delay = 0, address = null, reason = '' }) {
    this.#emitter.emit('goaway', { delay, address, reason });
    if (this.#state !== 'open') {
      return;
    }
    if (isAsSafe(address, this.#options.urls)) {
      this.#backoff.prefer(address);
    }
    clearTimeout(this.#moveTimer);
    this.#moveTimer = setTimeout(() => this.#connection?.abandon('asked to move'), delay);
  }

  #lost({ code, reason, refusal, welcomed, retry }) {
    if (this.#state === 'closed') {
      return; // This client has closed it.
    }
    this.#dropConnection();
    this.#blames = BLAMING.has(code) ? this.#blames + 1 : this.#blames;
    if (refusal !== null) {
      this.#finish({ code, reason }, refusal);
    } else if (FINAL.has(code) || this.#blames >= MOST_BLAMES) {
      this.#finish({ code, reason });
    } else {
      this.#retry({ code, reason }, welcomed && (code === GOING_AWAY || code === GIVEN_UP), retry);
    }
  }

  #retry({ code, reason }, atOnce, asked) {
    const delay = this.#backoff.fail(atOnce, asked);
    if (this.#state === 'open') {
      this.#state = 'reconnecting';
    }
    this.#retryTimer = setTimeout(() => this.#attempt(), delay);
    this.#emitter.emit('reconnecting', { attempt: this.#backoff.attempts, delay, code, reason });
  }

  #finish(close, error = new GameError(0, 0, `The gateway has closed with ${close.code} ${close.reason}`.trim())) {
    if (this.#state === 'closed') {
      return;
    }
    this.#state = 'closed';
    this.#keeper.stop();
    const connection = this.#connection;
    this.#dropConnection();
    connection?.close();
    clearTimeout(this.#retryTimer);
    this.#forget();
    this.#requests.fail((messageId, sent) => new ClosedError(messageId, sent));
    this.#settleConnect(error);
    this.#emitter.emit('close', close);
  }

  /** Nothing of the connection that was may happen any more. */
  #dropConnection() {
    this.#upkeep?.stop();
    this.#upkeep = null;
    this.#connection = null;
    clearTimeout(this.#stableTimer);
    clearTimeout(this.#moveTimer);
  }

  #forget() {
    this.#token = null;
    this.#session = null;
    this.#streams = new Streams();
    this.#blames = 0;
    this.#tries = 0;
    this.#restored = false;
    this.#backoff.reset();
  }

  #settleConnect(error = null) {
    const connecting = this.#connecting;
    this.#connecting = null;
    clearTimeout(connecting?.timer);
    if (error === null) {
      connecting?.resolve();
    } else {
      connecting?.reject(error);
    }
  }
}

/** A gateway may name another one, but not talk a client out of TLS. */
function isAsSafe(address, urls) {
  const protocol = protocolOf(address);
  return protocol === 'wss:' || (protocol === 'ws:' && urls.every(url => protocolOf(url) === 'ws:'));
}
