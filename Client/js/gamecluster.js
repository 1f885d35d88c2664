/** GameCluster's client: one session over as many connections as it takes. See docs/clients.md. */
export { GameClient } from './src/client.js';
export { ClosedError, GameError, QueueFullError, SessionLostError, TimeoutError } from './src/errors.js';
