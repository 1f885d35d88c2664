/** The streams of one session: where they come from and how far they have come. */
export class Streams {
  #streams;

  /** `numbers`: those that an earlier page has come to. Where such a stream comes from is said by welcome. */
  constructor(numbers = {}) {
    this.#streams = new Map([[0, { ...unknown(), known: true }]]);
    for (const [stream, last] of Object.entries(numbers)) {
      this.#of(Number(stream)).last = last;
    }
  }

  /** Where a stream comes from: { service, room }, both null for the session's own. */
  describe(stream) {
    const { service, room } = this.#streams.get(stream) ?? unknown();
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
    state.known = true;
  }

  close(stream) {
    this.#streams.delete(stream);
  }

  /** Takes over what welcome says there is; returns what has come and gone, as 'stream' events. */
  reconcile(streams) {
    const events = [];
    const present = new Set(streams.map(each => each.stream));
    for (const [stream, { service, room, known }] of [...this.#streams]) {
      if (stream !== 0 && !present.has(stream)) {
        this.#streams.delete(stream);
        if (known) {
          events.push({ stream, event: 'closed', service, room, reason: null });
        }
      }
    }
    for (const each of streams) {
      if (!this.#of(each.stream).known) {
        this.open(each);
        events.push({ stream: each.stream, event: 'opened', ...this.describe(each.stream), reason: null });
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
      this.#streams.set(stream, unknown());
    }
    return this.#streams.get(stream);
  }
}

function unknown() {
  return { service: null, room: null, last: 0, known: false };
}
