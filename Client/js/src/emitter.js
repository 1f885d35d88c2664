/** Handlers by event name or message id, called one after another in the order they were added. */
export class Emitter {
  #handlers = new Map();

  /** Returns a function that takes the handler away again. */
  add(name, handler) {
    if (typeof handler !== 'function') {
      throw new TypeError('A handler must be a function.');
    }
    const handlers = this.#handlers.get(name) ?? [];
    this.#handlers.set(name, [...handlers, handler]);
    return () => this.#handlers.set(name, this.#handlers.get(name).filter(other => other !== handler));
  }

  has(name) {
    return (this.#handlers.get(name)?.length ?? 0) > 0;
  }

  /** A handler that throws, or whose promise rejects, costs nobody else anything: it becomes an 'error' event, or a line in the console where nobody listens. */
  emit(name, ...values) {
    for (const handler of this.#handlers.get(name) ?? []) {
      try {
        const result = handler(...values);
        if (typeof result?.then === 'function') {
          result.then(undefined, error => this.#report(name, error));
        }
      } catch (error) {
        this.#report(name, error);
      }
    }
  }

  #report(name, error) {
    if (name !== 'error' && this.has('error')) {
      this.emit('error', error);
    } else {
      console.error(error);
    }
  }
}
