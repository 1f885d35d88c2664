/** No server can keep a client away for longer, in milliseconds. */
const MOST_ASKED = 120_000;

/**
 * When and where to try next. Pauses grow exponentially with full jitter, so that the clients of a gateway that went down do not come back all
 * at the same moment; each attempt goes to the next address.
 */
export class Backoff {
  #urls;
  #random;
  #least;
  #greatest;
  #at;
  #attempts = 0;
  #once = null;

  constructor(urls, { least, greatest, random }) {
    this.#urls = urls;
    this.#least = least;
    this.#greatest = greatest;
    this.#random = random;
    this.#at = Math.floor(random() * urls.length) % urls.length;
  }

  get attempts() {
    return this.#attempts;
  }

  /** The address of the next attempt is this one, once. */
  prefer(url) {
    this.#once = url;
  }

  /** The address to try now. */
  address() {
    const url = this.#once ?? this.#urls[this.#at];
    this.#once = null;
    return url;
  }

  /** The pause before the next attempt, in milliseconds; the first may do without. `asked`: what the server wants it to be at least, or 0. */
  fail(atOnce, asked = 0) {
    this.#at = (this.#at + 1) % this.#urls.length;
    const most = Math.min(this.#greatest, this.#least * 2 ** Math.min(this.#attempts, 30));
    const first = this.#attempts++ === 0;
    if (asked > 0) {
      return Math.floor(Math.min(asked, MOST_ASKED) * (1 + this.#random()));
    }
    return first && atOnce ? 0 : Math.floor(this.#random() * most);
  }

  /** A connection has lasted: the next loss is the first one again. */
  reset() {
    this.#attempts = 0;
  }
}
