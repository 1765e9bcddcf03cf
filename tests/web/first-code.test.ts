import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFirstCode, drawCode } from '../../appliance/web/first-code.ts';

function codes(...list: string[]): () => string {
  return () => list.shift() ?? 'ZZZ-ZZZ';
}

test('shows nothing until it is armed, and nothing after it is retired', () => {
  const changes: (string | null)[] = [];
  const code = createFirstCode(() => changes.push(code.current()), codes('AAA-222'));
  assert.equal(code.current(), null);
  assert.equal(code.matches('AAA-222'), false);
  code.arm();
  assert.equal(code.current(), 'AAA-222');
  code.retire();
  assert.equal(code.matches('AAA-222'), false);
  assert.deepEqual(changes, ['AAA-222', null]);
});

test('arming twice keeps the code that people already see', () => {
  const code = createFirstCode(() => undefined, codes('AAA-222', 'BBB-333'));
  code.arm();
  code.arm();
  assert.equal(code.current(), 'AAA-222');
});

test('takes a code in any case, with or without hyphen and spaces', () => {
  const code = createFirstCode(() => undefined, codes('7QK-4MD'));
  code.arm();
  for (const typed of ['7QK-4MD', '7qk4md', ' 7qk - 4md ']) assert.equal(code.matches(typed), true, typed);
  for (const typed of ['7QK-4MF', '', '7QK-4M', '7QK-4MDD']) {
    const fresh = createFirstCode(() => undefined, codes('7QK-4MD'));
    fresh.arm();
    assert.equal(fresh.matches(typed), false, typed);
  }
});

test('is another code after five wrong tries', () => {
  const code = createFirstCode(() => undefined, codes('AAA-222', 'BBB-333'));
  code.arm();
  for (let attempt = 1; attempt <= 4; attempt++) code.matches('CCC-444');
  assert.equal(code.current(), 'AAA-222');
  code.matches('CCC-444');
  assert.equal(code.current(), 'BBB-333');
  assert.equal(code.matches('AAA-222'), false);
  assert.equal(code.matches('BBB-333'), true);
});

test('draws codes without letters that are mistaken for others', () => {
  const drawn = Array.from({ length: 500 }, drawCode);
  for (const code of drawn)
    assert.match(code, /^[346789BCDFGHJKMPQRTVWXY2]{3}-[346789BCDFGHJKMPQRTVWXY2]{3}$/);
  assert.ok(new Set(drawn).size > 490);
});
