import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOneTimeCode, drawCode } from '../../appliance/web/one-time-code.ts';
import { FakeClock } from '../helpers/clock.ts';

function create(list: string[], whenSpent: 'draw' | 'end' = 'draw') {
  const clock = new FakeClock();
  const shown: (string | null)[] = [];
  const code = createOneTimeCode({
    ...{ clock, whenSpent, onChange: () => shown.push(code.current()) },
    draw: () => list.shift() ?? 'ZZZ-ZZZ',
  });
  return { clock, code, shown };
}

const home = '10.0.0.1';

test('shows nothing until it is armed, and nothing after it is retired', () => {
  const { code, shown } = create(['AAA-222']);
  assert.equal(code.current(), null);
  assert.equal(code.matches('AAA-222', home), false);
  code.arm();
  assert.equal(code.current(), 'AAA-222');
  code.retire();
  assert.equal(code.matches('AAA-222', home), false);
  assert.deepEqual(shown, ['AAA-222', null]);
});

test('arming twice keeps the code that people already see', () => {
  const { code } = create(['AAA-222', 'BBB-333']);
  code.arm();
  code.arm();
  assert.equal(code.current(), 'AAA-222');
});

test('takes a code in any case, with or without hyphen and spaces', () => {
  const { code } = create(['7QK-4MD']);
  code.arm();
  for (const typed of ['7QK-4MD', '7qk4md', ' 7qk - 4md '])
    assert.equal(code.matches(typed, home), true, typed);
  for (const typed of ['7QK-4MF', '', '7QK-4M', '7QK-4MDD']) {
    const fresh = create(['7QK-4MD']).code;
    fresh.arm();
    assert.equal(fresh.matches(typed, home), false, typed);
  }
});

test('is another code after five wrong tries, or none', () => {
  for (const [whenSpent, next] of [
    ['draw', 'BBB-333'],
    ['end', null],
  ] as const) {
    const { code } = create(['AAA-222', 'BBB-333'], whenSpent);
    code.arm();
    for (let attempt = 1; attempt <= 4; attempt++) code.matches('CCC-444', home);
    assert.equal(code.current(), 'AAA-222');
    code.matches('CCC-444', home);
    assert.equal(code.current(), next);
    assert.equal(code.matches('AAA-222', home), false);
  }
});

test('strangers with many addresses use up three codes an hour; the fourth can be typed in peace', async () => {
  const { clock, code, shown } = create(['AAA-222', 'BBB-333', 'CCC-444', 'DDD-666', 'EEE-777']);
  code.arm();
  for (let stranger = 0; stranger < 2_000; stranger++)
    code.matches('XXX-999', `10.1.${stranger >> 8}.${stranger & 255}`);
  assert.deepEqual(shown, ['AAA-222', 'BBB-333', 'CCC-444', 'DDD-666']);
  assert.equal(code.matches('DDD-666', home), true);
  await clock.advance(3_600_000);
  for (let stranger = 0; stranger < 5; stranger++) code.matches('XXX-999', `10.2.0.${stranger}`);
  assert.equal(code.current(), 'EEE-777');
});

test('a code that stays still shuts out whoever tried it five times, and falls to who knows its half', () => {
  const { code } = create(['AAA-222', 'BBB-333', 'CCC-444', 'DDD-666', 'EEE-777']);
  code.arm();
  for (let attempt = 0; attempt < 20; attempt++) code.matches('XXX-999', `10.1.0.${attempt}`);
  assert.equal(code.current(), 'DDD-666');
  for (let attempt = 0; attempt < 5; attempt++) code.matches('XXX-999', '10.9.9.9');
  assert.equal(code.matches('DDD-666', '10.9.9.9'), false);
  assert.equal(code.matches('DDD-666', home), true);
  for (let attempt = 0; attempt < 5; attempt++) code.matches('DDD-XXX', `10.3.0.${attempt}`);
  assert.equal(code.current(), 'EEE-777');
});

test('draws codes without letters that are mistaken for others', () => {
  const drawn = Array.from({ length: 500 }, drawCode);
  for (const code of drawn)
    assert.match(code, /^[346789BCDFGHJKMPQRTVWXY2]{3}-[346789BCDFGHJKMPQRTVWXY2]{3}$/);
  assert.ok(new Set(drawn).size > 490);
});
