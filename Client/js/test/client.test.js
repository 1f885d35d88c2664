import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { ClosedError, GameClient, GameError, QueueFullError, SessionLostError, TimeoutError } from '../gamecluster.js';
import { encodeFrame, Kind, SystemId } from '../src/frames.js';
import { Peer } from './peer.js';
import { WebSocket } from './socket.js';

let peer;
let client;

beforeEach(async () => {
  peer = await Peer.start();
  client = new GameClient({ WebSocket, urls: peer.url, leastPause: 1, greatestPause: 1, pingInterval: 60_000 });
});

afterEach(() => {
  client.close();
  peer.stop();
});

const next = (name, from = client) => new Promise(resolve => {
  const remove = from.on(name, (...values) => {
    remove();
    resolve(values.length === 1 ? values[0] : values);
  });
});

async function open(more) {
  const connected = client.connect();
  const line = await peer.accept();
  line.welcome(more);
  await connected;
  return line;
}

test('connect: says hello, acknowledges at once', async () => {
  const opened = next('open');
  const line = await open();

  assert.deepEqual(line.hello.versions, [1]);
  assert.equal(line.hello.resume, undefined);
  assert.deepEqual(await opened, { session: '0'.repeat(32), resumed: false, restored: false });
  assert.deepEqual(await line.nextAck(), { 0: 0 });
  assert.equal(client.state, 'open');
});

test('busy: the client waits as long as the server asks, and keeps its session', async () => {
  const line = await open();
  line.cut();
  const busy = await peer.accept();
  const lost = next('reconnecting');
  busy.system(SystemId.BUSY, { retry: 200, reason: 'too many clients at once' });
  busy.close(1013);

  const { code, delay } = await lost;
  const again = await peer.accept();

  assert.equal(code, 1013);
  assert.ok(delay >= 200 && delay < 400, `it waits for ${delay} ms`);
  assert.equal(again.hello.resume.token, 'first');
});

test('request: replies go to the requests of their numbers', async () => {
  const line = await open();
  const first = client.request(1000, { n: 1 });
  const second = client.request(1000, { n: 2 });
  const [one, two] = [await line.nextMessage(), await line.nextMessage()];

  line.reply(two, { is: 2 });
  line.reply(one, { is: 1 });

  assert.deepEqual([one.number, two.number, one.json, two.json], [1, 2, { n: 1 }, { n: 2 }]);
  assert.deepEqual(await Promise.all([first, second]), [{ is: 1 }, { is: 2 }]);
});

test('request: an empty reply is null, one that is no JSON is bytes', async () => {
  const line = await open();
  const answers = [client.request(1000), client.request(1001, Uint8Array.of(1, 2)), client.request(1002, {}, { raw: true })];
  const frames = [await line.nextMessage(), await line.nextMessage(), await line.nextMessage()];

  line.send(...frames.map(({ messageId, number, body }) => ({ messageId, kind: Kind.REPLY, number, body })));

  assert.deepEqual(await Promise.all(answers), [null, Uint8Array.of(1, 2), new TextEncoder().encode('{}')]);
});

test('request: an error frame rejects with its code', async () => {
  const line = await open();
  const answer = client.request(19_999);
  const { messageId, number } = await line.nextMessage();

  line.send({ messageId, kind: Kind.ERROR, number, body: new TextEncoder().encode('{"code":404,"desc":"Nobody.","info":"Nobody."}') });

  await assert.rejects(answer, error => error instanceof GameError && error.code === 404 && error.messageId === 19_999 && error.message === 'Nobody.');
});

test('request: without an answer it times out, and a late one is ignored', async () => {
  const line = await open();
  const late = client.request(1000, {}, { timeout: 20 });
  const frame = await line.nextMessage();
  await assert.rejects(late, error => error instanceof TimeoutError && error.sent);

  line.reply(frame, {});
  const answer = client.request(1001);
  line.reply(await line.nextMessage(), { fine: true });

  assert.deepEqual(await answer, { fine: true });
});

test('request: the server says how many may be open, the client how many may wait', async () => {
  client = new GameClient({ WebSocket, urls: peer.url, maxRequests: 2 });
  const line = await open({ limits: { frame: 65_536, pending: 1 } });
  const [first, second] = [client.request(1000), client.request(1001)];

  await assert.rejects(client.request(1002), QueueFullError);
  const one = await line.nextMessage();
  line.reply(one, {});
  const two = await line.nextMessage();
  line.reply(two, {});

  assert.deepEqual([one.messageId, two.messageId], [1000, 1001]);
  await Promise.all([first, second]);
});

test('request: longer than a frame may be, it is refused here', async () => {
  await open({ limits: { frame: 100, pending: 256 } });

  await assert.rejects(client.request(1000, new Uint8Array(81)), RangeError);
});

test('resume: unanswered requests are sent again with their numbers, before new ones', async () => {
  const line = await open({ token: 'first' });
  line.push(0, 1, {});
  await next('push');
  const [first, second] = [client.request(1000, { n: 1 }), client.request(1001, { n: 2 })];
  line.reply(await line.nextMessage(), { is: 1 });
  await first;
  await line.nextMessage();
  line.cut();
  await next('reconnecting');
  const third = client.request(1002, { n: 3 });

  const again = await peer.accept();
  again.welcome({ resumed: true, token: 'second' });
  const repeated = await again.nextMessage();
  const fresh = await again.nextMessage();
  again.reply(repeated, { is: 2 });
  again.reply(fresh, { is: 3 });

  assert.deepEqual(again.hello.resume, { token: 'first', streams: { 0: 1 }, settled: 2, attempt: 1 });
  assert.deepEqual([repeated.messageId, repeated.number, repeated.json], [1001, 2, { n: 2 }]);
  assert.deepEqual([fresh.messageId, fresh.number], [1002, 3]);
  assert.deepEqual(await Promise.all([second, third]), [{ is: 2 }, { is: 3 }]);
});

test('resume: after a lost welcome with the same token, after a welcome with the new one', async () => {
  const line = await open({ token: 'first' });
  line.cut();
  const first = await peer.accept();
  first.cut();

  const second = await peer.accept();
  second.welcome({ resumed: true, token: 'second' });
  await next('open');
  second.cut();
  const third = await peer.accept();

  const shown = [first, second, third].map(({ hello: { resume: { token, attempt } } }) => [token, attempt]);
  assert.deepEqual(shown, [['first', 1], ['first', 2], ['second', 3]]);
});

test('resume: a notify while away is not sent', async () => {
  const line = await open();
  line.cut();
  await next('reconnecting');

  assert.equal(client.notify(1000), false);
});

test('streams: repeats are dropped, live pushes are delivered and not counted', async () => {
  const seen = [];
  client.on(61_021, (message, { stream, number }) => seen.push([message.n, stream, number]));
  const line = await open();
  line.push(0, 1, { n: 1 });
  line.push(0, 1, { n: 1 });
  line.push(0, 0, { n: 'live' });
  line.push(0, 2, { n: 2 });
  line.push(3, 1, { n: 3 });
  const answer = client.request(1000);
  line.reply(await line.nextMessage(), {});
  await answer;

  assert.deepEqual(seen, [[1, 0, 1], ['live', 0, 0], [2, 0, 2], [3, 3, 1]]);
});

test('streams: a gap makes the client give the connection up and resume from the last number', async () => {
  const line = await open();
  line.push(0, 1, {});
  line.push(0, 3, {});

  assert.equal(await line.closed, 4002);
  assert.deepEqual((await peer.accept()).hello.resume.streams, { 0: 1 });
});

test('streams: resync moves a stream on, and says what the room is like now', async () => {
  const line = await open({ streams: [{ stream: 3, service: 'board', room: 'abc' }] });
  const resync = next('resync');
  line.system(SystemId.RESYNC, { stream: 3, number: 57, reason: 'window', service: 'board', room: 'abc', snapshot: { turn: 4 } });
  const pushed = next('push');
  line.push(3, 58, { turn: 5 });

  assert.deepEqual(await resync, { stream: 3, number: 57, reason: 'window', service: 'board', room: 'abc', snapshot: { turn: 4 } });
  const [message, { service, room, number }] = await pushed;
  assert.deepEqual([message, service, room, number], [{ turn: 5 }, 'board', 'abc', 58]);
});

test('streams: those that came and went while away are told', async () => {
  const line = await open({ streams: [{ stream: 1, service: 'board', room: 'old' }] });
  line.cut();
  const changes = [];
  const last = new Promise(resolve => client.on('stream', change => changes.push(change) === 3 && resolve()));

  const again = await peer.accept();
  again.welcome({ resumed: true, streams: [{ stream: 2, service: 'board', room: 'new' }] });
  again.system(SystemId.STREAM, { stream: 2, event: 'closed', service: 'board', room: 'new', reason: 'gone' });
  await last;

  assert.deepEqual(changes, [
    { stream: 1, event: 'closed', service: 'board', room: 'old', reason: null },
    { stream: 2, event: 'opened', service: 'board', room: 'new', reason: null },
    { stream: 2, event: 'closed', service: 'board', room: 'new', reason: 'gone' },
  ]);
});

test('ack: after so many pushes', async () => {
  const line = await open({ ack: { messages: 3, time: 60_000 } });
  assert.deepEqual(await line.nextAck(), { 0: 0 });
  [1, 2, 3, 4].forEach(number => line.push(0, number, {}));

  assert.deepEqual(await line.nextAck(), { 0: 3 });
});

test('ack: after so long', async () => {
  const line = await open({ ack: { messages: 64, time: 20 } });
  assert.deepEqual(await line.nextAck(), { 0: 0 });
  line.push(0, 1, {});

  assert.deepEqual(await line.nextAck(), { 0: 1 });
});

test('ack: after so many answers, with what is settled', async () => {
  const line = await open({ ack: { messages: 2, time: 60_000 } });
  assert.equal((await line.nextAckMessage()).settled, 1);
  for (const messageId of [1000, 1001]) {
    const answer = client.request(messageId);
    line.reply(await line.nextMessage(), {});
    await answer;
  }

  assert.equal((await line.nextAckMessage()).settled, 3);
});

test('session lost: requests fail, streams are gone, numbers begin anew', async () => {
  const line = await open();
  line.push(0, 1, {});
  const lost = client.request(1000);
  await line.nextMessage();
  line.cut();
  const events = [];
  ['session-lost', 'open'].forEach(name => client.on(name, event => events.push([name, event.reason ?? event.resumed])));
  await next('reconnecting');
  const waited = client.request(1001);

  const again = await peer.accept();
  again.welcome({ resumed: false, reason: 'expired', token: 'other' });

  await assert.rejects(lost, error => error instanceof SessionLostError && error.sent);
  await assert.rejects(waited, error => error instanceof SessionLostError && !error.sent);
  assert.deepEqual(events, [['session-lost', 'expired'], ['open', false]]);
  assert.deepEqual(await again.nextAck(), { 0: 0 });
  client.request(1002).catch(() => {});
  assert.equal((await again.nextMessage()).number, 1);
});

for (const code of [4000, 4001]) {
  test(`close ${code}: the client stays closed`, async () => {
    const line = await open();
    const answer = client.request(1000);
    const closed = next('close');
    line.close(code);

    await assert.rejects(answer, ClosedError);
    assert.equal((await closed).code, code);
    assert.equal(client.state, 'closed');
  });
}

for (const code of [1001, 1011, 4008]) {
  test(`close ${code}: the client resumes`, async () => {
    const line = await open();
    line.close(code);

    assert.equal((await peer.accept()).hello.resume.token, 'first');
  });
}

test('close 1002: once is an accident, twice in a row is a fault', async () => {
  const line = await open();
  const closed = next('close');
  line.close(1002);
  const again = await peer.accept();
  again.welcome({ resumed: true });
  again.close(1002);

  assert.equal((await closed).code, 1002);
});

test('kick: the game is told why', async () => {
  const line = await open();
  const [kick, closed] = [next('kick'), next('close')];
  line.system(SystemId.KICK, { reason: 'cheating' });

  assert.deepEqual(await kick, { reason: 'cheating' });
  assert.equal((await closed).code, 4000);
});

test('goaway: the client moves to the address it was given', async () => {
  const other = await Peer.start();
  const line = await open();
  line.system(SystemId.GOAWAY, { delay: 5, address: other.url, reason: 'stopping' });

  const again = await other.accept();
  other.stop();

  assert.equal(again.hello.resume.token, 'first');
  assert.equal(await line.closed, 4002);
});

test('refusal: a server without version 1 ends connect with its code', async () => {
  const connected = client.connect();
  const body = Buffer.from('{"code":426,"desc":"No common version.","info":"No common version."}');
  const header = Buffer.alloc(12);
  [12 + body.length, -1, 0].forEach((value, at) => header.writeInt32LE(value, at * 4));
  (await peer.accept()).sendBytes(Buffer.concat([header, body]));

  await assert.rejects(connected, error => error instanceof GameError && error.code === 426);
  assert.equal(client.state, 'closed');
});

test('connect: nobody answers, so it gives up', async () => {
  client = new GameClient({ WebSocket, urls: peer.url, connectTimeout: 50 });

  await assert.rejects(client.connect(), TimeoutError);
  assert.equal(client.state, 'closed');
});

test('broken bytes: the client gives the connection up and resumes', async () => {
  const line = await open();
  line.sendBytes(Buffer.from('0b00000000000000', 'hex'));

  assert.equal(await line.closed, 4002);
  assert.equal((await peer.accept()).hello.resume.token, 'first');
});

test('broken system message: the client gives the connection up and resumes', async () => {
  const line = await open();
  line.system(SystemId.RESYNC, [1]);

  assert.equal(await line.closed, 4002);
  assert.equal((await peer.accept()).hello.resume.token, 'first');
});

test('unknown kinds, numbers and system messages: ignored', async () => {
  const line = await open();
  line.send(
    { messageId: 1, kind: 9, number: 1 },
    { messageId: 1, kind: Kind.REPLY, number: 77 },
    { messageId: -77, kind: Kind.NOTIFY, body: Uint8Array.of(1) });
  const answer = client.request(1000);
  line.reply(await line.nextMessage(), { fine: true });

  assert.deepEqual(await answer, { fine: true });
});

test('several frames cut over messages: all arrive', async () => {
  const line = await open();
  const bytes = Buffer.concat([1, 2].map(number => encodeFrame({ messageId: 61_021, kind: Kind.PUSH, number, body: new TextEncoder().encode('{}') })));
  const seen = [];
  client.on(61_021, (_, { number }) => seen.push(number));
  line.sendBytes(bytes.subarray(0, 27));
  line.sendBytes(bytes.subarray(27));
  const answer = client.request(1000);
  line.reply(await line.nextMessage(), {});
  await answer;

  assert.deepEqual(seen, [1, 2]);
});

test('silent server: the client pings, gives up and resumes', async () => {
  client = new GameClient({ WebSocket, urls: peer.url, leastPause: 1, greatestPause: 1, pingInterval: 10, pingTimeout: 20 });
  const line = await open({ ack: { messages: 64, time: 20 } });

  assert.equal(await line.closed, 4002);
  assert.equal((await peer.accept()).hello.resume.token, 'first');
});

test('handler that throws: the next ones are called, and the error is told', async () => {
  const line = await open();
  client.on(61_021, () => {
    throw new Error('mine');
  });
  const [error, second] = [next('error'), next(61_021)];
  line.push(0, 1, { n: 1 });

  assert.equal((await error).message, 'mine');
  assert.deepEqual((await second)[0], { n: 1 });
});

test('handler that rejects later: the error is told, and the process goes on', async () => {
  client.on('open', async () => {
    await client.request(1000, {});
  });
  const told = next('error');
  const line = await open();
  const { messageId, number } = await line.nextMessage();
  line.send({ messageId, kind: Kind.ERROR, number, body: new TextEncoder().encode('{"code":401,"desc":"no"}') });

  assert.equal((await told).code, 401);
});

test('close: ends the session, and connect begins a new one', async () => {
  const line = await open();
  client.close();
  assert.equal(await line.closed, 1000);

  const again = await open();

  assert.equal(again.hello.resume, undefined);
});
