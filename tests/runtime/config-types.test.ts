import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import * as types from '../../appliance/runtime/config-types.ts';

const problemOf = (read: types.Read<unknown>) => ('problem' in read ? read.problem : undefined);

test('a duration has a unit, and is shown in the largest one that fits', () => {
  const type = types.durationMs();
  const cases: [string, number, string][] = [
    ['500ms', 500, '500ms'],
    ['30s', 30_000, '30s'],
    ['5min', 300_000, '5min'],
    ['120s', 120_000, '2min'],
    ['1.5h', 5_400_000, '90min'],
    ['2 d', 172_800_000, '2d'],
    ['0s', 0, '0s'],
  ];
  for (const [text, value, shown] of cases) {
    assert.deepEqual(type.read(text), { value }, text);
    assert.equal(type.show(value), shown);
  }
});

test('a duration without a unit, with a wrong one, or beyond its bounds is refused with the reason', () => {
  const type = types.durationMs({ min: 1000, max: 60_000 });
  for (const bad of ['30', 30, '', '5 minutes', '-1s', '1e3s', '5m', 'Infinitys', null, ['1s']]) {
    assert.match(problemOf(type.read(bad)) ?? '', /must be a duration/, String(bad));
  }
  assert.equal(problemOf(type.read('500ms')), 'must be at least 1s, is 500ms');
  assert.equal(problemOf(type.read('2min')), 'must be at most 1min, is 2min');
});

test('a size has a unit, binary or decimal', () => {
  const type = types.bytes();
  assert.deepEqual(type.read('1MiB'), { value: 1_048_576 });
  assert.deepEqual(type.read('1MB'), { value: 1_000_000 });
  assert.deepEqual(type.read('0.5KiB'), { value: 512 });
  assert.equal(type.show(1_048_576), '1MiB');
  assert.equal(type.show(1_000_000), '1000000B');
  assert.match(problemOf(type.read('1mib')) ?? '', /units: TiB/);
});

test('a whole number is whole, safe and within its bounds', () => {
  const type = types.integer({ min: -5, max: 10 });
  assert.deepEqual(type.read(7), { value: 7 });
  assert.deepEqual(type.parse('-5'), { value: -5 });
  for (const bad of [1.5, '7', true, 2 ** 60, Number.NaN])
    assert.match(problemOf(type.read(bad)) ?? '', /whole number/);
  for (const bad of ['', ' 7', '0x7', '7.0', '7e0', '9'.repeat(17)]) {
    assert.match(problemOf(type.parse(bad)) ?? '', /whole number/, bad);
  }
  assert.equal(problemOf(type.read(11)), 'must be at most 10, is 11');
});

test('a port is a number of the network', () => {
  assert.deepEqual(types.port().parse('65535'), { value: 65535 });
  assert.ok(problemOf(types.port().read(65536)));
  assert.ok(problemOf(types.port().read(-1)));
});

test('a text has bounds, a pattern, and no control characters', () => {
  const type = types.text({ max: 5, pattern: /^[a-z]*$/ });
  assert.deepEqual(type.read('abc'), { value: 'abc' });
  assert.match(problemOf(type.read('abcdef')) ?? '', /at most 5/);
  assert.match(problemOf(type.read('AB')) ?? '', /must match/);
  assert.match(problemOf(types.text().read('a\nb')) ?? '', /control/);
  assert.match(problemOf(type.read(5)) ?? '', /a text/);
});

test('a flag is true or false, not yes or 1', () => {
  assert.deepEqual(types.flag().parse('false'), { value: false });
  assert.deepEqual(types.flag().read(true), { value: true });
  assert.ok(problemOf(types.flag().parse('yes')));
  assert.ok(problemOf(types.flag().read('true')));
});

test('a path is absolute in the file and relative to the current folder on the command line', () => {
  assert.deepEqual(types.filePath().read('/a'), { value: '/a' });
  assert.match(problemOf(types.filePath().read('a')) ?? '', /absolute/);
  assert.deepEqual(types.filePath().parse('a'), { value: resolve('a') });
  assert.deepEqual(types.filePath().parse(''), { value: '' });
  assert.ok(problemOf(types.filePath().read('/a\0b')));
});

test('a choice is one of the list', () => {
  const type = types.oneOf(['auto', 'trusted']);
  assert.deepEqual(type.read('auto'), { value: 'auto' });
  assert.equal(problemOf(type.parse('aut')), 'must be one of auto, trusted, is "aut"');
  for (const bad of ['constructor', 1, undefined]) assert.ok(problemOf(type.read(bad)));
});

test('what a type shows, it reads back to the same value', () => {
  const amounts = fc.oneof(
    fc.nat(),
    fc.maxSafeNat(),
    fc.constantFrom(1024, 3_600_000, 86_400_000, 2 ** 40, Number.MAX_SAFE_INTEGER),
  );
  for (const type of [types.durationMs(), types.bytes(), types.integer()]) {
    fc.assert(fc.property(amounts, (value) => assert.deepEqual(type.read(type.show(value)), { value })));
    fc.assert(
      fc.property(amounts, (value) => assert.deepEqual(type.parse(String(type.show(value))), { value })),
    );
  }
});

test('no type throws, and none accepts what it should not, whatever stands in the file', () => {
  const all = {
    integer: types.integer(),
    text: types.text(),
    flag: types.flag(),
    filePath: types.filePath(),
    oneOf: types.oneOf(['a', 'b']),
    durationMs: types.durationMs(),
    bytes: types.bytes(),
    port: types.port(),
  };
  const kinds = {
    integer: 'number',
    text: 'string',
    flag: 'boolean',
    filePath: 'string',
    oneOf: 'string',
    durationMs: 'number',
    bytes: 'number',
    port: 'number',
  };
  const units = fc.constantFrom('s', 'ms', 'MiB', 'B', 'min', 'x', '');
  const nearly = fc.tuple(fc.double(), units).map(([amount, unit]) => `${amount}${unit}`);
  fc.assert(
    fc.property(fc.oneof(fc.anything(), nearly, fc.date()), (value) => {
      for (const [name, type] of Object.entries(all)) {
        const read = type.read(value);
        if ('value' in read) assert.equal(typeof read.value, kinds[name as keyof typeof kinds]);
        else assert.match(read.problem, /^(must|is) /);
      }
    }),
  );
});
