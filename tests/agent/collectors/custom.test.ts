import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reading } from '../../../agent/collectors/collector.ts';
import { custom } from '../../../agent/collectors/custom.ts';
import type { Series } from '../../../appliance/protocol/series.ts';
import { RecordedMachine } from '../../helpers/collecting.ts';

test('a line with a name and a number is a series of its program', async () => {
  using machine = new RecordedMachine('bare');
  const read = machine.on(custom);
  machine.printed.set('queue.sh', 'length 3\nOldest-thing 4\nage_seconds{queue="Mail Out"} 12.5\n');
  assert.deepEqual(await read(), { 'custom:queue.length': 3, 'custom:queue.age_seconds/mail-out': 12.5 });
  machine.printed.set('queue.sh', 'length 4\n');
  assert.deepEqual(await read(), { 'custom:queue.length': 4 });
});

test('a program that has printed nothing since is absent', async () => {
  using machine = new RecordedMachine('bare');
  const read = machine.on(custom);
  machine.printed.set('queue', 'length 3\n');
  await read();
  machine.printed.delete('queue');
  assert.deepEqual(await read(), {});
});

test('two samples never share a series, however alike their names are', async () => {
  using machine = new RecordedMachine('bare');
  machine.printed.set('a.sh', 'x{l="A"} 1\nx{l="a"} 2\nx{l="a"} 3\n');
  machine.printed.set('a.py', 'x{l="a"} 4\n');
  const values = Object.values(await machine.on(custom)());
  assert.deepEqual(values.slice(0, 2), [1, 2]);
  assert.ok(!values.includes(3));
});

test('no more than 64 numbers of one program and 200 of all are taken', async () => {
  using machine = new RecordedMachine('bare');
  const lines = Array.from({ length: 100 }, (_, line) => `x${line} ${line}\n`).join('');
  const read = machine.on(custom);
  machine.printed.set('one', lines);
  assert.equal(Object.keys(await read()).length, 64);
  for (const name of ['two', 'three', 'four']) machine.printed.set(name, lines);
  assert.equal(Object.keys(await read()).length, 200);
});

test('bytes and counts are whole, everything else has three decimals', () => {
  using machine = new RecordedMachine('bare');
  machine.printed.set('p', '# TYPE c counter\nc_total 5\nfree_bytes 9e12\nspent_seconds 1.5\nload 0.25\n');
  const put: Series[] = [];
  const out: Reading = { put: (series) => void put.push(series) };
  custom(machine)(out);
  assert.deepEqual(put, [
    { name: 'custom:p.c_total', unit: '1', scale: 0, kind: 'counter' },
    { name: 'custom:p.free_bytes', unit: 'By', scale: 0, kind: 'gauge' },
    { name: 'custom:p.spent_seconds', unit: 's', scale: 3, kind: 'gauge' },
    { name: 'custom:p.load', unit: '1', scale: 3, kind: 'gauge' },
  ]);
});
