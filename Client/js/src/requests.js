import { QueueFullError, TimeoutError } from './errors.js';

/**
 * Requests without an answer: first those that were sent, with their numbers, then those that wait. Both are bounded together. An entry is
 * { messageId, body, number } and is settled once.
 */
export class Requests {
  #limit;
  #expired;
  #sent = new Map();
  #waiting = [];
  #next = 1;

  /** Calls `expired` when a request has timed out, as another may go then. */
  constructor(limit, expired) {
    this.#limit = limit;
    this.#expired = expired;
  }

  get size() {
    return this.#sent.size + this.#waiting.length;
  }

  /** Every request below this number was answered, or is not waited for any more. */
  get settled() {
    const [first = this.#next] = this.#sent.keys();
    return first;
  }

  /** The number that the next request will have. */
  get following() {
    return this.#next;
  }

  /** Begins behind the numbers that an earlier page has used. */
  beginAt(number) {
    this.#next = number;
  }

  /** A promise of the answering frame; the request waits to be sent. */
  add(messageId, body, timeout) {
    if (this.size >= this.#limit) {
      return Promise.reject(new QueueFullError(messageId));
    }
    return new Promise((resolve, reject) => {
      const entry = { messageId, body, number: 0, resolve, reject, timer: null };
      entry.timer = timeout > 0 ? setTimeout(() => this.#expire(entry), timeout) : null;
      this.#waiting.push(entry);
    });
  }

  /** The next request to send while fewer than `pending` are open, with a number of its own; null if there is none. */
  next(pending) {
    if (this.#waiting.length === 0 || this.#sent.size >= pending) {
      return null;
    }
    const entry = this.#waiting.shift();
    entry.number = this.#next++;
    this.#sent.set(entry.number, entry);
    return entry;
  }

  /** What was sent and not answered, in the order it was sent. */
  unanswered() {
    return [...this.#sent.values()];
  }

  /** The request that an answer belongs to; null if nobody waits for it any more. */
  settle(number) {
    const entry = this.#sent.get(number) ?? null;
    this.#sent.delete(number);
    clearTimeout(entry?.timer);
    return entry;
  }

  /** Ends all of them, and begins to count anew. */
  fail(errorOf) {
    const entries = [...this.#sent.values(), ...this.#waiting];
    this.#sent.clear();
    this.#waiting = [];
    this.#next = 1;
    for (const entry of entries) {
      clearTimeout(entry.timer);
      entry.reject(errorOf(entry.messageId, entry.number > 0));
    }
  }

  #expire(entry) {
    this.#sent.delete(entry.number);
    this.#waiting = this.#waiting.filter(other => other !== entry);
    entry.reject(new TimeoutError(entry.messageId, entry.number > 0));
    this.#expired();
  }
}
