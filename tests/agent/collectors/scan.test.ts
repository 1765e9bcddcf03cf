import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseStat } from '../../../agent/collectors/cpu.ts';
import { parseDiskstats } from '../../../agent/collectors/disks.ts';
import { parseNetDev } from '../../../agent/collectors/network.ts';
import { Scan } from '../../../agent/collectors/scan.ts';
import { scanOf } from '../../helpers/collecting.ts';

const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const gap = fc.integer({ min: 1, max: 6 }).map((width) => ' '.repeat(width));
const kernelText = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'cpu0123 :.\nkBx-'), maxLength: 80 }),
  fc.string({ unit: 'binary-ascii', maxLength: 80 }),
);

/** The lines that end, as a person would find them. */
const wholeLines = (text: string) => text.split('\n').slice(0, -1);

test('finds the lines and columns that splitting the text finds', () => {
  fc.assert(
    fc.property(kernelText, (text) => {
      const scan = scanOf(text);
      for (const line of wholeLines(text)) {
        assert.equal(scan.line(), true);
        const fields = line.split(/ +/).filter((field) => field !== '');
        const into: number[] = [];
        const found = scan.columns(into, 99);
        const wanted = fields.every((field) => /^\d+$/.test(field)) ? fields.map(Number) : [];
        assert.deepEqual(into.slice(0, found), wanted);
      }
      assert.equal(scan.line(), false);
    }),
  );
});

test('reads decimals as Number does', () => {
  const decimal = fc.tuple(fc.nat(300), fc.stringMatching(/^\d{1,4}$/));
  fc.assert(
    fc.property(decimal, gap, ([whole, fraction], before) => {
      const scan = scanOf(`${before}${whole}.${fraction} 1\n`);
      assert.equal(scan.line(), true);
      assert.equal(scan.decimal(), Number(`${whole}.${fraction}`));
      assert.equal(scan.integer(), 1);
    }),
    // 1 + 0.14 is not 1.14.
    { examples: [[[1, '14'], ' ']] },
  );
});

test('sees nothing behind the length, where the bytes of an earlier and longer file still lie', () => {
  const bytes = Buffer.from('1 2\n3 4\n5 6\n');
  const scan = new Scan(bytes, 6);
  assert.equal(scan.line(), true);
  assert.equal(scan.line(), false);
  assert.equal(scan.restart(bytes, 8).line(), true);
  assert.deepEqual([scan.integer(), scan.integer(), scan.integer()], [1, 2, undefined]);
  assert.deepEqual([scan.line(), scan.integer(), scan.line()], [true, 3, false]);
});

test('takes a text only as a whole, and a word only if its mark is there', () => {
  const scan = scanOf('cpu12 3\n eth0: 5\n');
  scan.line();
  assert.equal(scan.take('cpus'), false);
  assert.equal(scan.take('cpu'), true);
  assert.equal(scan.integer(), 12);
  assert.equal(scan.upTo(0x3a), undefined);
  scan.line();
  assert.equal(scan.upTo(0x3a), 'eth0');
  assert.equal(scan.integer(), 5);
  assert.equal(scan.done, true);
});

test('reads of the CPU what a pattern reads, on lines of any widths', () => {
  const columns = fc.array(count, { minLength: 1, maxLength: 11 });
  fc.assert(
    fc.property(fc.array(fc.tuple(columns, gap), { minLength: 1, maxLength: 9 }), (lines) => {
      const text = lines.map(
        ([ticks, space], n) => `cpu${n === 0 ? ' ' : n - 1}${space}${ticks.join(' ')}\n`,
      );
      const wanted = lines.map(([ticks]) => {
        const sum = ticks.slice(0, 8).reduce((total, tick) => total + tick, 0);
        return ticks.length < 4 ? undefined : { total: sum, idle: ticks[3]! + (ticks[4] ?? 0) };
      });
      const { all, cores } = parseStat(scanOf(`${text.join('')}intr 99 1 2\ncpu7 1 1 1 1\n`));
      assert.deepEqual([all, ...wanted.slice(1).map((_, core) => cores.get(String(core)))], wanted);
    }),
  );
});

test('reads of disks and interfaces what splitting reads', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9.-]{0,14}$/), { maxLength: 5 });
  const sixteen = fc.array(count, { minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(names, sixteen, gap, (all, fields, space) => {
      const devices = all.filter((name) => !/^(veth|loop|ram|zram|sr|fd|nbd|mmcblk)/.test(name));
      const line = fields.join(space);
      const net = parseNetDev(
        scanOf(['Inter-| x\n', ...devices.map((name) => `${space}${name}:${line}\n`)].join('')),
      );
      const stats = parseDiskstats(scanOf(devices.map((name) => `   8${space}0 ${name} ${line}\n`).join('')));
      assert.deepEqual([...net.keys()], devices);
      assert.deepEqual([...stats.keys()], devices);
      for (const name of devices) {
        const [bytes, packets, errors, dropped] = fields.slice(8);
        assert.deepEqual(net.get(name)?.transmit, { bytes, packets, errors, dropped });
        assert.equal(net.get(name)?.receive.dropped, fields[3]);
        assert.equal(stats.get(name)?.busySeconds, fields[9]! / 1000);
        assert.equal(stats.get(name)?.bytesWritten, fields[6]! * 512);
      }
    }),
  );
});
