import { SystemId } from './frames.js';

/** What a connection needs besides messages: acknowledgements by count and by time, pings, and the decision that nobody is there any more. */
export class Upkeep {
  #connection;
  #received;
  #ack;
  #due = 0;
  #pingTimeout;
  #pingTimer;
  #deathTimer = null;
  #ackTimer = null;

  /** `received()` says what an acknowledgement may say now. */
  constructor(connection, received, welcome, { pingInterval, pingTimeout }) {
    this.#connection = connection;
    this.#received = received;
    this.#ack = welcome.ack ?? { messages: 64, time: 5000 };
    this.#pingTimeout = Math.max(pingTimeout, this.#ack.time);
    const interval = welcome.idle > 0 ? Math.min(pingInterval, welcome.idle / 3) : pingInterval;
    this.#pingTimer = setInterval(() => this.#ping(), interval);
    this.acknowledge();
  }

  /** Anything that arrives says that the server is there. */
  heard() {
    clearTimeout(this.#deathTimer);
    this.#deathTimer = null;
  }

  /** Something has arrived that is to be acknowledged: a numbered push, an answer. */
  count() {
    if (++this.#due >= this.#ack.messages) {
      this.acknowledge();
    } else {
      this.#ackTimer ??= setTimeout(() => this.acknowledge(), this.#ack.time);
    }
  }

  acknowledge() {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = null;
    this.#due = 0;
    this.#connection.sendSystem(SystemId.ACK, this.#received());
  }

  stop() {
    clearInterval(this.#pingTimer);
    clearTimeout(this.#ackTimer);
    clearTimeout(this.#deathTimer);
  }

  #ping() {
    this.#connection.sendSystem(SystemId.PING, null);
    this.#deathTimer ??= setTimeout(() => this.#connection.abandon('the server is silent'), this.#pingTimeout);
  }
}
