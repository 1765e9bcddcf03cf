import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lookups } from '../../../agent/probes/lookups.ts';
import type { Waits } from '../../../agent/probes/reach.ts';
import { anywhere, lookAt, patience, verdictOf } from '../../helpers/probing.ts';

test('so many names are looked for at once, the others wait in turn, and whoever leaves takes no place', async () => {
  const lookups = new Lookups(2);
  const asked: string[] = [];
  const answers = new Map<string, (address: string) => void>();
  const look = (name: string, signal = new AbortController().signal) =>
    lookups.run(() => {
      asked.push(name);
      return new Promise<string>((answer) => answers.set(name, answer));
    }, signal);
  const leaving = new AbortController();
  const first = [look('a'), look('b')];
  const gone = look('c', leaving.signal);
  const last = look('d');
  assert.deepEqual(asked, ['a', 'b']);
  leaving.abort();
  await assert.rejects(gone, { code: 'BUSY' });
  answers.get('b')?.('192.0.2.2');
  assert.equal(await first[1], '192.0.2.2');
  answers.get('a')?.('192.0.2.1');
  assert.equal(await first[0], '192.0.2.1');
  assert.deepEqual(asked, ['a', 'b', 'd']);
  answers.get('d')?.('192.0.2.4');
  assert.equal(await last, '192.0.2.4');
  await assert.rejects(
    lookups.run(() => Promise.reject(new Error('ENOTFOUND')), new AbortController().signal),
    { message: 'ENOTFOUND' },
  );
  void [look('e'), look('f'), look('g')];
  assert.deepEqual(asked.slice(3), ['e', 'f'], 'a place that was left is free again, once');
});

test('a name for which nobody has asked when the deadline comes is unknown, not down', async () => {
  const never = (isWaiting: boolean) => ({
    ...anywhere,
    resolve: (_name: string, _signal: AbortSignal, waits?: Waits) => {
      waits?.(isWaiting);
      return new Promise<never>(() => undefined);
    },
  });
  const look = async (isWaiting: boolean) =>
    verdictOf(await lookAt('icmp', { host: 'nas.local', ...patience }, { reach: never(isWaiting) }));
  assert.deepEqual(await Promise.all([look(true), look(false)]), ['unknown BUSY', 'down NAME']);
});
