import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { GameClient } from '../gamecluster.js';
import { Peer } from './peer.js';
import { WebSocket } from './socket.js';

const KEY = 'gamecluster';
const STREAMS = [{ stream: 3, service: 'board', room: 'abc' }];

let peer;
let page;
let store;
let clients;

beforeEach(async () => {
  peer = await Peer.start();
  page = new EventTarget();
  store = new Map();
  clients = [];
  globalThis.addEventListener = page.addEventListener.bind(page);
  globalThis.removeEventListener = page.removeEventListener.bind(page);
});

afterEach(() => {
  clients.forEach(client => client.close());
  peer.stop();
  delete globalThis.addEventListener;
  delete globalThis.removeEventListener;
});

const storage = {
  getItem: key => store.get(key) ?? null,
  setItem: (key, text) => store.set(key, text),
  removeItem: key => store.delete(key),
};

const next = (client, name) => new Promise(resolve => {
  const remove = client.on(name, event => {
    remove();
    resolve(event);
  });
});

function newClient(options = {}) {
  const client = new GameClient({ WebSocket, urls: peer.url, leastPause: 1, greatestPause: 1, pingInterval: 60_000, storage, ...options });
  clients.push(client);
  return client;
}

async function open(client, welcome) {
  const connected = client.connect();
  const line = await peer.accept();
  line.welcome(welcome);
  await connected;
  return line;
}

test('storage: the next page goes on with session, streams and numbers', async () => {
  const first = newClient();
  const line = await open(first, { token: 'first', streams: STREAMS });
  line.push(3, 1, {});
  await next(first, 'push');
  const answer = first.request(1000);
  line.reply(await line.nextMessage(), {});
  await answer;
  assert.equal(store.size, 0, 'a copy of a living page has nothing to go on with');
  page.dispatchEvent(new Event('pagehide'));

  const second = newClient();
  const [opened, stream] = [next(second, 'open'), next(second, 'stream')];
  const connected = second.connect();
  const again = await peer.accept();
  again.welcome({ resumed: true, token: 'second', streams: STREAMS });
  await connected;
  const reply = second.request(1001);
  const request = await again.nextMessage();
  again.reply(request, {});
  await reply;

  assert.deepEqual(again.hello.resume, { token: 'first', streams: { 0: 0, 3: 1 }, settled: 2, attempt: 1 });
  assert.deepEqual(await opened, { session: '0'.repeat(32), resumed: true, restored: true });
  assert.deepEqual(await stream, { stream: 3, event: 'opened', service: 'board', room: 'abc', reason: null });
  assert.equal(request.number, 2);
  assert.equal(store.size, 0);
});

test('storage: attempts to resume are numbered on, so that one of the old page takes nothing from the new one', async () => {
  const first = newClient();
  (await open(first)).cut();
  const given = await peer.accept();
  page.dispatchEvent(new Event('pagehide'));

  newClient().connect().catch(() => {});
  const { hello } = await peer.accept();

  assert.deepEqual([given.hello.resume.attempt, hello.resume.attempt], [1, 2]);
  assert.equal(hello.resume.token, 'first');
});

test('storage: a session that is over by then is told as lost, and the next begins with number 1', async () => {
  store.set(KEY, JSON.stringify({ token: 'old', session: 'old', streams: { 0: 4, 3: 7 }, next: 9 }));
  const client = newClient();
  const [lost, opened] = [next(client, 'session-lost'), next(client, 'open')];

  const line = await open(client, { resumed: false, reason: 'expired' });
  const reply = client.request(1000);
  const request = await line.nextMessage();
  line.reply(request, {});
  await reply;

  assert.deepEqual(await lost, { reason: 'expired' });
  assert.equal((await opened).restored, false);
  assert.equal(request.number, 1);
});

test('storage: a client that is closed leaves nothing', async () => {
  const client = newClient();
  await open(client);
  client.close();
  page.dispatchEvent(new Event('pagehide'));

  assert.equal(store.size, 0);
});

test('storage: a page that was only put aside takes back what it left', async () => {
  const client = newClient();
  await open(client);
  page.dispatchEvent(new Event('pagehide'));
  assert.equal(store.size, 1);
  page.dispatchEvent(new Event('pageshow'));

  assert.equal(store.size, 0);
});

test('storage: one that is forbidden or holds something else is as good as none', async () => {
  for (const broken of [{ ...storage, getItem: () => { throw new Error('forbidden'); } }, { ...storage, getItem: () => '{"token":7}' }]) {
    const client = newClient({ storage: broken });
    const line = await open(client);
    assert.equal(line.hello.resume, undefined);
    client.close();
  }
});
