import { play } from './scenario.js';
import { WebSocket } from './socket.js';

const [rounds, ...urls] = process.argv.slice(2);
console.log(JSON.stringify(await play({ urls, rounds: Number(rounds), WebSocket })));
