import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from '../src/backoff.js';

const greatest = () => 0.999999;

test('pauses double up to the greatest, with full jitter', () => {
  const backoff = new Backoff(['ws://a/'], { least: 100, greatest: 1000, random: greatest });
  assert.deepEqual([1, 2, 3, 4, 5, 6].map(() => backoff.fail(false)), [99, 199, 399, 799, 999, 999]);

  const lucky = new Backoff(['ws://a/'], { least: 100, greatest: 1000, random: () => 0 });
  assert.deepEqual([1, 2, 3].map(() => lucky.fail(false)), [0, 0, 0]);
});

test('only the first attempt goes without a pause', () => {
  const backoff = new Backoff(['ws://a/'], { least: 100, greatest: 1000, random: greatest });

  assert.deepEqual([backoff.fail(true), backoff.fail(true)], [0, 199]);
});

test('addresses take turns from a random one; a preferred one comes once', () => {
  const backoff = new Backoff(['a', 'b', 'c'], { least: 1, greatest: 1, random: () => 0.5 });
  const tried = [backoff.address()];
  for (let i = 0; i < 3; i++) {
    backoff.fail(false);
    tried.push(backoff.address());
  }
  backoff.prefer('d');

  assert.deepEqual([...tried, backoff.address(), backoff.address()], ['b', 'c', 'a', 'b', 'd', 'b']);
});

test('a server that is busy is left alone for at least as long as it asks', () => {
  const pauses = random => {
    const backoff = new Backoff(['ws://a/'], { least: 100, greatest: 1000, random: () => random });
    return [backoff.fail(true, 3000), backoff.fail(false, 3000), backoff.fail(false, 1e9)];
  };

  assert.deepEqual(pauses(0), [3000, 3000, 120_000]);
  assert.deepEqual(pauses(0.5), [4500, 4500, 180_000]);
});

test('after a connection that has lasted, pauses begin small again', () => {
  const backoff = new Backoff(['ws://a/'], { least: 100, greatest: 1000, random: greatest });
  backoff.fail(false);
  backoff.fail(false);
  backoff.reset();

  assert.equal(backoff.fail(false), 99);
});
