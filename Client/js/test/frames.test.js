import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { encodeFrame, FrameReader } from '../src/frames.js';

const vectors = JSON.parse(readFileSync(new URL('../../../docs/protocol-vectors.json', import.meta.url)));
const bytesOf = hex => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = bytes => Buffer.from(bytes).toString('hex');

for (const vector of vectors.version1.frames) {
  test(`write: ${vector.name}`, () => {
    const bytes = encodeFrame({ ...vector, body: new TextEncoder().encode(vector.body) });

    assert.equal(hexOf(bytes), vector.hex);
    assert.equal(bytes.length, vector.length);
  });

  test(`read: ${vector.name}`, () => {
    const { name, clause, length, body, hex, ...expected } = vector;
    const [{ body: read, ...frame }] = new FrameReader(vectors.frameLimit).read(bytesOf(hex));

    assert.deepEqual(frame, expected);
    assert.equal(new TextDecoder().decode(read), body);
  });
}

for (const vector of vectors.version1.streams) {
  test(`stream: ${vector.name}`, () => {
    const reader = new FrameReader(vectors.frameLimit);
    const frames = vector.chunks.flatMap(chunk => reader.read(bytesOf(chunk)));

    assert.deepEqual(frames.map(({ body, ...frame }) => ({ ...frame, bodyHex: hexOf(body) })), vector.frames);
    assert.deepEqual({ result: reader.result, midFrame: reader.isMidFrame }, { result: vector.result, midFrame: vector.midFrame });
  });
}
