/**
 * Carries a session across a reload of its page. While the page lives nothing is stored: a copy of the tab must not go on with the same session. When the page goes, what its
 * successor needs is written, and the successor takes it out.
 */
export class Keeper {
  #storage;
  #key;
  #state;
  #leave = () => this.#write();
  #return = () => this.take();

  /** `state()` says what to keep: an object, or null for nothing. Without storage nothing is ever kept. */
  constructor(storage, key, state) {
    this.#storage = storage;
    this.#key = key;
    this.#state = state;
  }

  start() {
    if (this.#storage !== null) {
      globalThis.addEventListener?.('pagehide', this.#leave);
      globalThis.addEventListener?.('pageshow', this.#return);
    }
  }

  stop() {
    globalThis.removeEventListener?.('pagehide', this.#leave);
    globalThis.removeEventListener?.('pageshow', this.#return);
  }

  /** What an earlier page has left, once; null if there is nothing that can be used. */
  take() {
    try {
      const text = this.#storage?.getItem(this.#key) ?? null;
      this.#storage?.removeItem(this.#key);
      const kept = JSON.parse(text);
      return typeof kept?.token === 'string' && Number.isInteger(kept.next) ? kept : null;
    } catch {
      return null; // Storage that is forbidden or holds something else is as good as none.
    }
  }

  #write() {
    try {
      const state = this.#state();
      if (state !== null) {
        this.#storage.setItem(this.#key, JSON.stringify(state));
      }
    } catch {
      // Storage that is full or forbidden: the next page begins a new session.
    }
  }
}
