/** A message: anything JSON can write, or bytes as they are; nothing stands for an empty body. */
export type Body = unknown;

export interface GameClientOptions {
  /** Gateways of one cluster; each attempt takes the next one, the first is chosen at random. */
  urls: string | URL | Array<string | URL>;
  /** The client's software, for the server's logs; at most 64 characters. */
  name?: string;
  /** How long a request may wait for its answer, reconnects included. Default 20,000 ms; 0: for ever. */
  requestTimeout?: number;
  /** How long connect() tries. Default 30,000 ms. */
  connectTimeout?: number;
  /** How long one attempt may take until welcome. Default 10,000 ms. */
  attemptTimeout?: number;
  /** Requests without an answer, sent or waiting. Default 256; further ones fail with QueueFullError. */
  maxRequests?: number;
  /** Between pings. Default 15,000 ms, and never more than a third of the server's idle time-out. */
  pingInterval?: number;
  /** How long the server may be silent after a ping. Default 10,000 ms. */
  pingTimeout?: number;
  /** The first pause between attempts is at most so long. Default 250 ms; it doubles each time. */
  leastPause?: number;
  /** No pause is longer. Default 15,000 ms. */
  greatestPause?: number;
  /**
   * Where the session outlives a reload of the page: `sessionStorage`. Default null: nowhere, a new page has a new session. Only while no page has the session is anything in there.
   * It holds the token, a secret: not `localStorage`.
   */
  storage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null;
  /** The name in there, where one origin has several games. Default 'gamecluster'. */
  storageKey?: string;
  /** For Node before 22, and for tests. */
  WebSocket?: new (url: string) => any;
  /** A number from 0 to below 1; for tests. */
  random?: () => number;
}

export interface RequestOptions {
  /** Milliseconds; 0: for ever. */
  timeout?: number;
  /** The reply as bytes, whatever it is. */
  raw?: boolean;
}

/** Where a push comes from. */
export interface PushSource {
  id: number;
  /** 0 for the session's own stream. */
  stream: number;
  /** Its place in the stream; 0: live, not counted. */
  number: number;
  service: string | null;
  room: string | null;
  bytes: Uint8Array;
}

export interface StreamOrigin {
  stream: number;
  service: string | null;
  room: string | null;
}

export interface GameClientEvents {
  /**
   * A connection is there. Without `resumed` the session is new: log in, join. With `restored` it is that of an earlier page (see the option `storage`), whose requests and memory are gone:
   * a `stream` event follows for each room the session is in; ask for its present state.
   */
  open: (event: { session: string; resumed: boolean; restored: boolean }) => void;
  /** The connection is lost and another attempt follows after `delay` ms. */
  reconnecting: (event: { attempt: number; delay: number; code: number; reason: string }) => void;
  /** The old session is over: its requests have failed, rooms and login are gone. `open` follows. */
  'session-lost': (event: { reason: 'unknown' | 'expired' | 'taken' | string | null }) => void;
  /** Pushes of this stream are missing for good: take the snapshot, or ask for the present state. */
  resync: (event: StreamOrigin & { number: number; reason: string; snapshot: any }) => void;
  /**
   * A room or group begins to send to this session, or has ended to. `reason` says why it has ended, unless somebody wished it or it was while the client was away: 'gone' (the room or
   * group does not know the session any more, what it said last may be lost, and whoever wants to go on joins again), or what a later server says.
   */
  stream: (event: StreamOrigin & { event: 'opened' | 'closed'; reason: 'gone' | string | null }) => void;
  /** The gateway stops; the client moves by itself. */
  goaway: (event: { delay: number; address: string | null; reason: string }) => void;
  /** The game or an operator has thrown this session out. `close` follows. */
  kick: (event: { reason: string }) => void;
  /** The client is closed and stays so until connect() is called again. */
  close: (event: { code: number; reason: string }) => void;
  /** A notify was refused (GameError), or a handler has thrown, also an async one later. */
  error: (error: Error) => void;
  /** A push whose id nobody handles. */
  push: (message: any, source: PushSource) => void;
}

/** One session with a cluster, over one connection after another. */
export class GameClient {
  constructor(options: string | URL | Array<string | URL> | GameClientOptions);

  readonly state: 'closed' | 'connecting' | 'open' | 'reconnecting';

  /** The session's id; null without one. */
  readonly session: string | null;

  /** Resolves with the first welcome. Rejects if no gateway answers in time, or one refuses. */
  connect(): Promise<void>;

  /** Ends the session. Requests without an answer fail with ClosedError. */
  close(): void;

  /**
   * Sends a request, at once or when there is a connection again, and resolves with its reply: JSON, null for an empty one, else bytes. It is executed
   * at most once, also if the connection is lost meanwhile. Requests are sent in the order of the calls. Rejects with a GameError.
   */
  request<T = any>(messageId: number, body?: Body, options?: RequestOptions & { raw?: false }): Promise<T>;
  request(messageId: number, body: Body, options: RequestOptions & { raw: true }): Promise<Uint8Array>;

  /** Sends a message without an answer, at most once. False if there is no connection, or one that does not get rid of what it has: it was not sent. */
  notify(messageId: number, body?: Body): boolean;

  /** Adds a handler for an event, or for pushes with an id. Returns a function that takes it away again. */
  on<E extends keyof GameClientEvents>(event: E, handler: GameClientEvents[E]): () => void;
  on<T = any>(messageId: number, handler: (message: T, source: PushSource) => void): () => void;
}

/** What a request can end with. */
export class GameError extends Error {
  /** The server's code (docs/protocol.md, P0-37), or 0 where the server has not said anything. */
  readonly code: number;
  readonly messageId: number;
}

/** No answer in time. */
export class TimeoutError extends GameError {
  /** Whether it was sent: then it may have been handled. */
  readonly sent: boolean;
}

/** The session has ended while the client was away. */
export class SessionLostError extends GameError {
  /** Whether it was sent: then it may have been handled. */
  readonly sent: boolean;
}

/** The client is closed. */
export class ClosedError extends GameError {
  /** Whether it was sent: then it may have been handled. */
  readonly sent: boolean;
}

/** As many requests wait as the client may hold; this one was not sent. */
export class QueueFullError extends GameError {
  readonly sent: false;
}
