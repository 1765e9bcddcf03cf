import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLog, type Level, type Log, limited } from '../../appliance/runtime/log.ts';
import { FakeClock } from '../helpers/clock.ts';

function collect(level: Level = 'debug', journald = false): { lines: string[]; log: Log } {
  const lines: string[] = [];
  return { lines, log: createLog({ name: 'store', level, journald, write: (line) => lines.push(line) }) };
}

test('an event is one line of key=value', () => {
  const { lines, log } = collect();
  log.info('sealed a block', { machine: 3, path: '/a b', ok: true, none: null, gone: undefined, empty: '' });
  assert.deepEqual(lines, [
    'level=info daemon=store msg="sealed a block" machine=3 path="/a b" ok=true none=null empty=""',
  ]);
});

test('only the wanted levels are written', () => {
  const { lines, log } = collect('warn');
  log.error('e');
  log.warn('w');
  log.info('i');
  log.debug('d');
  assert.deepEqual(
    lines.map((line) => line.split(' ')[0]),
    ['level=error', 'level=warn'],
  );
});

test('under journald each line begins with its priority', () => {
  const { lines, log } = collect('debug', true);
  for (const level of ['error', 'warn', 'info', 'debug'] as const) log[level]('x');
  assert.deepEqual(
    lines.map((line) => line.slice(0, 3)),
    ['<3>', '<4>', '<6>', '<7>'],
  );
});

test('a child adds its fields to every line, grandchildren too', () => {
  const { lines, log } = collect();
  log.child({ machine: 7 }).child({ run: 'ab' }).warn('late', { ms: 5 });
  assert.deepEqual(lines, ['level=warn daemon=store msg="late" machine=7 run=ab ms=5']);
});

test('a stranger cannot begin a line, close a quote, or colour the terminal', () => {
  const { lines, log } = collect();
  log.warn('name', {
    name: 'x\n<3>level=error msg="forged"',
    tty: '\u001b[31m',
    back: 'a\\" b=1',
    rtl: '\u202egnp',
  });
  assert.deepEqual(lines, [
    'level=warn daemon=store msg="name" name="x\\n<3>level=error msg=\\"forged\\"" ' +
      'tty="\\u001b[31m" back="a\\\\\\" b=1" rtl="\\u202egnp"',
  ]);
});

test('whatever the values are, a line has no control character and as many fields as were given', () => {
  const { lines, log } = collect();
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.constant('\ud800'),
    fc.constant('"\\'),
  );
  fc.assert(
    fc.property(value, fc.string({ unit: 'binary' }), value, (message, key, text) => {
      lines.length = 0;
      log.info(message, { [key]: text });
      const [line = ''] = lines;
      assert.equal(lines.length, 1);
      assert.doesNotMatch(line, /[\p{Cc}\u2028\u2029]/u);
      assert.ok(line.isWellFormed());
      const unquoted = line.replace(/"(?:[^"\\]|\\.)*"/g, 'Q');
      assert.match(unquoted, /^level=info daemon=store msg=Q [A-Za-z0-9_.]+=[^ "]*$/);
    }),
  );
});

test('a value that is endless is cut', () => {
  const { lines, log } = collect();
  log.info('x', { body: 'y'.repeat(1_000_000) });
  assert.ok((lines[0] ?? '').length < 2200);
});

test('limited: the same message passes once per period, then says how many were held back', async () => {
  const { lines, log } = collect();
  const clock = new FakeClock();
  const slow = limited(log, 1000, clock);
  for (let n = 0; n < 5; n++) slow.warn('garbage', { n });
  slow.error('garbage');
  slow.warn('other');
  await clock.advance(1000);
  slow.child({ from: 'x' }).warn('garbage', { n: 9 });
  slow.warn('other');
  assert.deepEqual(
    lines.map((line) => line.replace('daemon=store ', '')),
    [
      'level=warn msg="garbage" n=0',
      'level=error msg="garbage"',
      'level=warn msg="other"',
      'level=warn msg="garbage" from=x n=9 suppressed=4',
      'level=warn msg="other"',
    ],
  );
});

test('limited: remembers a bounded number of messages', () => {
  const { lines, log } = collect();
  const slow = limited(log, 1000, new FakeClock());
  slow.info('first');
  for (let n = 0; n < 300; n++) slow.info(`message ${n}`);
  slow.info('first');
  assert.equal(lines.filter((line) => line.includes('first')).length, 2);
});
