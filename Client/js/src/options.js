const DEFAULTS = Object.freeze({
  name: 'gamecluster-js/0.1.0',
  requestTimeout: 20_000,
  connectTimeout: 30_000,
  attemptTimeout: 10_000,
  maxRequests: 256,
  pingInterval: 15_000,
  pingTimeout: 10_000,
  leastPause: 250,
  greatestPause: 15_000,
  random: Math.random,
  storage: null,
  storageKey: 'gamecluster',
});

/** The options of a client: what was given, and the defaults for the rest. Times are in milliseconds. */
export function readOptions(given) {
  const { urls, ...rest } = typeof given === 'string' || Array.isArray(given) ? { urls: given } : given ?? {};
  const list = (Array.isArray(urls) ? urls : [urls]).filter(Boolean).map(String);
  if (list.length === 0 || !list.every(url => ['ws:', 'wss:'].includes(protocolOf(url)))) {
    throw new TypeError('A client needs addresses such as ws://localhost:20000/.');
  }
  const options = { ...DEFAULTS, WebSocket: globalThis.WebSocket, ...rest, urls: list };
  if (!options.WebSocket) {
    throw new TypeError('There is no WebSocket here: use a browser or Node 22, or set the option WebSocket.');
  }
  return options;
}

/** 'ws:' for ws://localhost/, and so on; null for what is no address. */
export function protocolOf(url) {
  return URL.canParse(url) ? new URL(url).protocol : null;
}
