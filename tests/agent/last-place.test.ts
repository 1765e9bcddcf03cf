import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Found, Ladder } from '../../agent/find/index.ts';
import { LastPlace } from '../../agent/last-place.ts';

const at = (host: string): Found => ({ host, port: 7411, rung: 'mdns' });
const ladder: Ladder = async function* climb() {
  yield at('10.0.0.1');
  yield at('10.0.0.2');
};

async function tried(place: LastPlace): Promise<string[]> {
  const hosts: string[] = [];
  for await (const { host } of place.before(ladder, new AbortController().signal)) hosts.push(host);
  return hosts;
}

test('the place that served last comes first, and once', async () => {
  const place = new LastPlace();
  assert.deepEqual(await tried(place), ['10.0.0.1', '10.0.0.2']);
  place.served(at('10.0.0.2'), { fellSilent: false });
  assert.deepEqual(await tried(place), ['10.0.0.2', '10.0.0.1']);
  place.forget();
  assert.deepEqual(await tried(place), ['10.0.0.1', '10.0.0.2']);
});

test('a place where the box fell silent comes last: it may be found elsewhere sooner', async () => {
  const place = new LastPlace();
  place.served(at('10.0.0.9'), { fellSilent: true });
  assert.deepEqual(await tried(place), ['10.0.0.1', '10.0.0.2', '10.0.0.9']);
});
