const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Bytes go as they are, nothing as an empty body, everything else as JSON. */
export function toBody(message) {
  if (message === undefined || message === null) {
    return new Uint8Array(0);
  }
  return message instanceof Uint8Array ? message : encoder.encode(JSON.stringify(message));
}

/** What a body says: JSON where it is, null where it is empty, else the bytes. */
export function fromBody(body) {
  if (body.length === 0) {
    return null;
  }
  try {
    return parse(body);
  } catch {
    return body;
  }
}

/** A body that must be JSON; throws where it is not. */
export function parse(body) {
  return JSON.parse(decoder.decode(body));
}
