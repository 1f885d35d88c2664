// Speaks version 0 of the protocol: a header of three little-endian int32 {total length, message id, version 0}, then a JSON body.
const HEADER = 12;
const SHOWN = 200;

const element = id => document.getElementById(id);
const text = new TextDecoder();
const bytes = new TextEncoder();
let socket = null;

function encode(id, json) {
  const body = bytes.encode(json);
  const frame = new Uint8Array(HEADER + body.length);
  const header = new DataView(frame.buffer);
  header.setInt32(0, frame.length, true);
  header.setInt32(4, id, true);
  header.setInt32(8, 0, true);
  frame.set(body, HEADER);
  return frame;
}

function decode(buffer) {
  const header = new DataView(buffer);
  return { id: header.getInt32(4, true), body: text.decode(new Uint8Array(buffer, HEADER)) };
}

function row(kind, cells) {
  const line = document.createElement('tr');
  line.className = kind;
  for (const cell of [new Date().toLocaleTimeString(), '', ...cells]) {
    line.appendChild(document.createElement('td')).textContent = cell;
  }
  const frames = element('frames');
  frames.prepend(line);
  while (frames.children.length > SHOWN) frames.lastChild.remove();
}

function show(state, open) {
  element('state').textContent = state;
  element('connect').disabled = open;
  element('disconnect').disabled = !open;
  element('send').disabled = !open;
}

function connect(url) {
  socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  show('connecting', true);
  element('send').disabled = true;
  socket.onopen = () => { show('connected', true); row('note', ['', '', 'connected']); };
  socket.onmessage = ({ data }) => {
    const { id, body } = decode(data);
    row('in', [id, data.byteLength, body]);
  };
  socket.onclose = ({ code, reason }) => {
    show('not connected', false);
    row('note', ['', '', `closed ${code} ${reason}`]);
  };
}

function send(id, json) {
  const frame = encode(id, json);
  socket.send(frame);
  row('out', [id, frame.length, json]);
}

element('url').value = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/`;
element('connection').onsubmit = event => { event.preventDefault(); connect(element('url').value); };
element('disconnect').onclick = () => socket.close();
element('message').onsubmit = event => {
  event.preventDefault();
  const json = element('body').value.trim() || '{}';
  try {
    JSON.parse(json);
  } catch (error) {
    element('problem').textContent = `The body is not JSON: ${error.message}`;
    return;
  }
  element('problem').textContent = '';
  send(Number(element('id').value), json);
};
for (const sample of document.querySelectorAll('[data-id]')) {
  sample.onclick = () => {
    element('id').value = sample.dataset.id;
    element('body').value = sample.dataset.body;
  };
}
connect(element('url').value);
