import { GameClient, GameError } from '../gamecluster.js';

const WHO_AM_I = 61_000;
const COUNT = 61_002;
const PUSH_TO = 61_020;
const PUSHED = 61_021;
const NOBODYS = 19_999;

/**
 * What a game does, while somebody cuts its connections: counts on the server, pushes to itself, asks for what nobody handles. Runs in Node and in browsers; the
 * test that starts it judges what it returns.
 */
export async function play({ urls, rounds, WebSocket = globalThis.WebSocket }) {
  const client = new GameClient({ urls, WebSocket, leastPause: 20, greatestPause: 200 });
  const told = { counts: [], pushes: [], opened: [], errors: [], lost: 0 };
  client.on(PUSHED, ({ text }, { number }) => told.pushes.push(`${number}:${text}`));
  client.on('open', ({ resumed }) => told.opened.push(resumed));
  client.on('session-lost', () => told.lost++);
  client.on('error', error => told.errors.push(`${error}`));
  await client.connect();
  const { session } = await client.request(WHO_AM_I);
  told.isSession = session === client.session;
  for (let round = 1; round <= rounds; round++) {
    const answers = [client.request(COUNT), client.request(COUNT), client.request(PUSH_TO, { session, text: `${round}` })];
    const [first, second] = await Promise.all(answers);
    told.counts.push(first.count, second.count);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  told.refusal = await client.request(NOBODYS).catch(error => (error instanceof GameError ? error.code : `${error}`));
  await until(() => told.pushes.length >= rounds);
  client.close();
  return told;
}

async function until(isSo) {
  for (let tries = 0; tries < 200 && !isSo(); tries++) {
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
