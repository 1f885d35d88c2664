// The board game on GameCluster's client library: rooms, presence, pushes in order, and a session that outlives its connection.
import { GameClient } from '/client/gamecluster.js';

const CREATE = 30010, LIST = 30011, JOIN = 30012, LEAVE = 30020, DRAW = 30021, MOVE = 30022;
const DRAWN = 30030, CURSOR = 30031, JOINED = 30032, LEFT = 30033, AWAY = 30034, BACK = 30035;
const SIZE = 4096, MOST_POINTS = 60, CURSOR_EVERY = 50, LOGGED = 12;

const element = id => document.getElementById(id);
const canvas = element('board');
const pen = canvas.getContext('2d');
const color = Math.floor(Math.random() * 0x1000000);

let room = null;
let me = 0;
let strokes = [];
let members = new Map();
let cursors = new Map();
let line = null;
let offline = false;
let socket = null;

/** The browser's WebSocket, which this page can cut to show what happens then. */
class CuttableSocket extends WebSocket {
  constructor(url) {
    super(offline ? 'ws://127.0.0.1:9/' : url);
    socket = this;
  }
}

const address = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/`;
const client = new GameClient({ urls: address, name: 'board-page', WebSocket: CuttableSocket });

client.on('open', ({ resumed }) => {
  show('connected');
  log(resumed ? 'back: the session goes on' : 'connected: a new session');
  if (!resumed && room) join(room);
});
client.on('reconnecting', ({ delay }) => show(`line lost, again in ${Math.ceil(delay)} ms`));
client.on('session-lost', ({ reason }) => log(`the session is over (${reason})`));
client.on('goaway', ({ reason }) => log(`moving to another gateway: ${reason}`));
client.on('kick', ({ reason }) => log(`thrown out: ${reason}`));
client.on('resync', ({ reason, snapshot }) => { log(`began anew (${reason})`); if (snapshot) take(snapshot); });
client.on('stream', ({ event, room: key }) => { if (event === 'closed' && key === room) leftRoom(); });
client.on('close', ({ code, reason }) => show(`closed ${code} ${reason}`));
client.on('error', error => problem(error.message));

client.on(DRAWN, ({ stroke, first }) => { strokes = [...strokes.filter(old => old.id >= first), stroke]; paint(); });
client.on(CURSOR, ({ member, x, y }) => { cursors.set(member, { x, y }); paint(); });
client.on(JOINED, member => { members.set(member.member, member); log(`${nameOf(member)} has joined`); paint(); });
client.on(LEFT, member => { members.delete(member.member); cursors.delete(member.member); log(`${nameOf(member)} has left`); paint(); });
client.on(AWAY, member => { members.set(member.member, { ...member, away: true }); log(`${nameOf(member)} has lost the line`); paint(); });
client.on(BACK, member => { members.set(member.member, member); log(`${nameOf(member)} is back`); paint(); });

function nameOf({ member, player }) {
  return player ?? `painter ${member}`;
}

function show(state) {
  element('state').textContent = state;
}

function problem(text) {
  element('problem').textContent = text;
}

function log(text) {
  const entry = document.createElement('li');
  entry.textContent = `${new Date().toLocaleTimeString()} ${text}`;
  element('log').prepend(entry);
  while (element('log').children.length > LOGGED) element('log').lastChild.remove();
}

function take(board) {
  strokes = board.strokes;
  members = new Map(board.members.map(member => [member.member, member]));
  cursors.clear();
  paint();
}

function leftRoom() {
  room = null;
  location.hash = '';
  element('leave').disabled = true;
  take({ strokes: [], members: [] });
}

function drawLine(points, style) {
  pen.strokeStyle = style;
  pen.lineWidth = 3;
  pen.lineCap = 'round';
  pen.beginPath();
  for (let i = 0; i < points.length; i += 2) {
    pen.lineTo(points[i] * canvas.width / SIZE, points[i + 1] * canvas.height / SIZE);
  }
  pen.stroke();
}

function paint() {
  pen.clearRect(0, 0, canvas.width, canvas.height);
  for (const stroke of strokes) drawLine(stroke.points, css(stroke.color));
  if (line) drawLine(line, css(color));
  for (const [member, { x, y }] of cursors) {
    pen.fillText(members.has(member) ? nameOf(members.get(member)) : '', x * canvas.width / SIZE + 6, y * canvas.height / SIZE);
    pen.fillRect(x * canvas.width / SIZE - 2, y * canvas.height / SIZE - 2, 4, 4);
  }
  element('strokes').textContent = strokes.length;
  element('members').textContent = [...members.values()]
    .map(member => `${nameOf(member)}${member.member === me ? ' (you)' : ''}${member.away ? ' (away)' : ''}`).join(', ') || 'nobody';
}

function css(value) {
  return `#${value.toString(16).padStart(6, '0')}`;
}

async function attempt(action) {
  problem('');
  try {
    return await action();
  } catch (error) {
    problem(error.message);
    return null;
  }
}

async function refresh() {
  const list = await client.request(LIST, {});
  const options = list.rooms.map(({ room: key, label, members: count }) => new Option(`${label ?? key} (${count})`, key, false, key === room));
  element('list').replaceChildren(...options);
}

async function join(key) {
  const joined = await attempt(() => client.request(JOIN, { room: key }));
  if (!joined) return;
  room = key;
  me = joined.member;
  location.hash = key;
  element('leave').disabled = false;
  take(joined.board);
  await refresh();
}

function place(event) {
  const box = canvas.getBoundingClientRect();
  const within = (value, size) => Math.max(0, Math.min(SIZE - 1, Math.round(value * SIZE / size)));
  return [within(event.clientX - box.left, box.width), within(event.clientY - box.top, box.height)];
}

function send() {
  const points = line;
  line = null;
  if (room && points) attempt(() => client.request(DRAW, { color, points }));
}

let cursorSent = 0;
canvas.onpointerdown = event => { canvas.setPointerCapture(event.pointerId); line = place(event); };
canvas.onpointermove = event => {
  const [x, y] = place(event);
  if (line) {
    line.push(x, y);
    if (line.length >= 2 * MOST_POINTS) { send(); line = [x, y]; }
    paint();
  }
  if (room && event.timeStamp - cursorSent > CURSOR_EVERY) {
    cursorSent = event.timeStamp;
    client.notify(MOVE, { x, y });
  }
};
canvas.onpointerup = () => { send(); paint(); };

element('create').onclick = () => attempt(async () => {
  const { room: key } = await client.request(CREATE, { label: `board of ${new Date().toLocaleTimeString()}` });
  if (room) await client.request(LEAVE, {});
  await join(key);
});
element('rooms').onsubmit = event => {
  event.preventDefault();
  const key = element('list').value;
  if (key && key !== room) attempt(async () => { if (room) await client.request(LEAVE, {}); await join(key); });
};
element('list').onfocus = () => attempt(refresh);
element('leave').onclick = () => attempt(async () => { await client.request(LEAVE, {}); leftRoom(); await refresh(); });
element('cut').onclick = () => {
  offline = !offline;
  element('cut').textContent = offline ? 'Repair the line' : 'Cut the line';
  if (offline) socket.close(4002, 'cut');
};

await attempt(() => client.connect());
await attempt(refresh);
const wanted = decodeURIComponent(location.hash.slice(1));
if (wanted) await join(wanted);
