/** The fuzzing finds what it should find, and every parser stands a short run of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../../helpers/folder.ts';
import { seeded } from '../replay/random.ts';
import { Coverage } from './coverage.ts';
import { fuzz } from './fuzzing.ts';
import { parsers } from './index.ts';
import { inputFrom } from './mutate.ts';
import type { FuzzedParser } from './parser.ts';
import { parsers as planted } from './planted.ts';
import { fuzzInProcess } from './process.ts';

const table = new URL('./planted.ts', import.meta.url).href;

test('finds an error that is no refusal, and the same one again with the same seed', async () => {
  const once = await short(planted.crashing, 500);
  const again = await short(planted.crashing, 500);
  assert.ok(once.crashes.length > 0);
  assert.match(once.crashes[0]!.message, /trim/);
  assert.deepEqual(again.crashes[0]!.input, once.crashes[0]!.input);
  assert.deepEqual((await short(planted.sound, 500)).crashes, []);
});

test('takes an error of the engine for a crash, also where the parser refuses by RangeError', async () => {
  const { crashes } = await short(planted.engine, 1000);
  assert.match(crashes[0]?.message ?? '', /Invalid array length/);
});

test('ends a process that one input keeps busy, and keeps that input', async (t) => {
  const cache = temporaryFolder(t);
  const task = { table, parser: 'hanging', count: 5000, seed: 1, cache };
  const outcome = await fuzzInProcess(task, () => undefined);
  assert.ok('stuckOn' in outcome, JSON.stringify(outcome));
  assert.match(Buffer.from(outcome.stuckOn, 'hex').toString(), /length/);
});

test('sees memory that stays held', async (t) => {
  const task = { table, parser: 'growing', count: 2000, seed: 1, cache: temporaryFolder(t) };
  const outcome = await fuzzInProcess(task, () => undefined);
  assert.ok('grownBytes' in outcome && outcome.grownBytes > 50 * 2 ** 20, JSON.stringify(outcome));
});

test('begins four of five inputs with something valid', () => {
  const random = seeded(5);
  const words = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`word${at}`, `fox${at}`]));
  const corpus = [new Uint8Array(Buffer.from(JSON.stringify(words)))];
  const alike = Array.from({ length: 1000 }, () =>
    Buffer.from(inputFrom(corpus, 0, random)).toString('latin1'),
  )
    // Fresh noise spells no words.
    .filter((input) => /word|fox/.test(input));
  assert.ok(alike.length > 700 && alike.length < 850, String(alike.length));
});

for (const [name, parser] of Object.entries<FuzzedParser>(parsers)) {
  test(`the parser "${name}" refuses malformed input in its own way`, async () => {
    const count = 300;
    const { inputs, crashes } = await fuzz(parser, { coverage: unseen, count, random: seeded(count) });
    assert.equal(inputs, count);
    assert.deepEqual(
      crashes.map(({ message, input }) => `${message} ${Buffer.from(input).toString('hex')}`),
      [],
    );
  });
}

/** Counting branches would be most of the time. */
const unseen = {
  watch: async () => undefined,
  take: async () => null,
  share: () => 0,
  missing: () => [],
};

async function short(parser: Parameters<typeof fuzz>[0], count: number) {
  const coverage = new Coverage();
  await coverage.start();
  try {
    return await fuzz(parser, { coverage, count, random: seeded(count) });
  } finally {
    await coverage.stop();
  }
}
