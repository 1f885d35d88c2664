/** The streams of one session: where they come from and how far they have come. */
export class Streams {
  #streams = new Map([[0, own()]]);

  /** Where a stream comes from: { service, room }, both null for the session's own. */
  describe(stream) {
    const { service, room } = this.#streams.get(stream) ?? own();
    return { service, room };
  }

  /** 'deliver', 'repeat' or 'gap'. */
  receive(stream, number) {
    if (number === 0) {
      return 'deliver';
    }
    const state = this.#of(stream);
    if (number <= state.last) {
      return 'repeat';
    }
    if (number > state.last + 1) {
      return 'gap';
    }
    state.last = number;
    return 'deliver';
  }

  /** The stream goes on behind this number: what was before it will not come. */
  skipTo(stream, number) {
    this.#of(stream).last = number;
  }

  open({ stream, service, room }) {
    const state = this.#of(stream);
    state.service = service ?? null;
    state.room = room ?? null;
  }

  close(stream) {
    this.#streams.delete(stream);
  }

  /** Takes over what welcome says there is; returns what has come and gone, as 'stream' events. */
  reconcile(streams) {
    const events = [];
    const present = new Set(streams.map(each => each.stream));
    for (const [stream, { service, room }] of [...this.#streams]) {
      if (stream !== 0 && !present.has(stream)) {
        this.#streams.delete(stream);
        events.push({ stream, event: 'closed', service, room });
      }
    }
    for (const each of streams) {
      if (!this.#streams.has(each.stream)) {
        this.open(each);
        events.push({ stream: each.stream, event: 'opened', ...this.describe(each.stream) });
      }
    }
    return events;
  }

  /** The last number of each stream, for an acknowledgement or a resume. */
  numbers() {
    return Object.fromEntries([...this.#streams].map(([stream, { last }]) => [stream, last]));
  }

  #of(stream) {
    if (!this.#streams.has(stream)) {
      this.#streams.set(stream, own());
    }
    return this.#streams.get(stream);
  }
}

function own() {
  return { service: null, room: null, last: 0 };
}
