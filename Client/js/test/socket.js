import { request } from 'node:http';
import { Wire } from './wire.js';

/** What a client needs of WebSocket, for Node before 22, which has none of its own. */
export class NodeSocket {
  readyState = 0;
  #wire = null;
  #request;

  constructor(url) {
    this.#request = request(url.replace(/^ws:/, 'http:'), {
      headers: { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': Buffer.alloc(16, 7).toString('base64') },
    });
    this.#request.on('upgrade', (_, socket, head) => this.#open(socket, head));
    this.#request.on('response', response => {
      response.resume();
      this.#end(1006);
    });
    this.#request.on('error', () => this.#end(1006));
    this.#request.end();
  }

  send(bytes) {
    this.#wire.send(bytes);
  }

  close(code = 1000) {
    this.readyState = Math.max(this.readyState, 2);
    if (this.#wire === null) {
      this.#request.destroy();
    } else {
      this.#wire.close(code);
    }
  }

  #open(socket, head) {
    this.readyState = 1;
    const calls = {
      masks: true,
      message: bytes => this.onmessage?.({ data: bytes.buffer }),
      closed: code => this.#end(code),
    };
    // What came with the handshake's answer is delivered after 'open', as a browser does.
    setImmediate(() => {
      this.#wire = new Wire(socket, Buffer.alloc(0), calls);
      this.onopen?.({});
      if (head.length > 0) {
        socket.unshift(head);
      }
    });
  }

  #end(code) {
    if (this.readyState !== 3) {
      this.readyState = 3;
      this.onclose?.({ code, reason: '' });
    }
  }
}

/** The platform's own where there is one. */
export const WebSocket = globalThis.WebSocket ?? NodeSocket;
