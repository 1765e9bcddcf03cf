import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answerer } from '../../../agent/elsewhere/answerer.ts';
import type { CallName, Question } from '../../../agent/elsewhere/calls.ts';
import { gapOf, questionsOf } from '../../../agent/elsewhere/index.ts';
import { Informant } from '../../../agent/elsewhere/informant.ts';
import { createLog } from '../../../appliance/runtime/log.ts';
import { FakeClock } from '../../helpers/clock.ts';

type Asked = { call: CallName; of: string; atMs: number; by: number };
type Answering = (asked: Asked) => Promise<unknown>;

class Asking {
  readonly clock = new FakeClock();
  readonly lines: string[] = [];
  readonly asked: Asked[] = [];
  readonly opened: number[] = [];
  ended = 0;
  questions: Question[];
  readonly informant: Informant;
  answering: Answering;
  /** Whether the process ends as soon as it was started. */
  dies = false;

  constructor(questions: Question[], answering: Answering = async ({ call }) => ({ told: call })) {
    this.questions = questions;
    this.answering = answering;
    this.informant = new Informant({
      questions: () => this.questions,
      open: () => this.#open(),
      gapMs: 5_000,
      clock: this.clock,
      log: createLog({ name: 'agent', level: 'debug', write: (line) => this.lines.push(line) }),
    });
  }

  #open(): Answerer {
    const by = this.opened.push(this.clock.monotonicMs());
    let gone = this.dies;
    return {
      get gone() {
        return gone;
      },
      ask: ({ call, of }) => {
        const asked = { call, of, atMs: this.clock.monotonicMs(), by };
        this.asked.push(asked);
        return this.answering(asked);
      },
      end: () => {
        gone = true;
        this.ended += 1;
      },
    };
  }
}

const question = (call: CallName, everyMs: number, of = ''): Question => ({ call, of, everyMs });

test('one call is made in a turn, whatever is due, and each gets its share', async () => {
  const asking = new Asking([
    question('mem', 10_000),
    question('networkStats', 10_000, 'en0'),
    question('fsSize', 60_000),
  ]);
  await asking.informant.start();
  await asking.clock.advance(300_000);
  const times = asking.asked.map(({ atMs }) => atMs);
  assert.equal(new Set(times).size, times.length, 'two calls in one turn');
  assert.deepEqual(
    asking.asked.slice(0, 3).map(({ call }) => call),
    ['mem', 'networkStats', 'fsSize'],
  );
  const count = (call: CallName) => asking.asked.filter((asked) => asked.call === call).length;
  assert.ok(count('mem') >= 24 && count('networkStats') >= 24, JSON.stringify(asking.asked));
  assert.ok(count('fsSize') >= 4 && count('fsSize') <= 6);
  assert.deepEqual(asking.informant.last('mem')?.value, { told: 'mem' });
  await asking.informant.stop();
  assert.equal(asking.clock.timers, 0);
  assert.equal(asking.ended, 1);
});

test('a call that hangs is ended with its process and rests, while the others are asked', async () => {
  const never = new Promise(() => undefined);
  const asking = new Asking([question('fsSize', 60_000), question('mem', 10_000)], async ({ call }) =>
    call === 'fsSize' ? never : 1,
  );
  await asking.informant.start();
  await asking.clock.advance(600_000);
  assert.equal(asking.informant.last('fsSize'), undefined);
  assert.equal(asking.informant.last('mem')?.value, 1);
  const hung = asking.asked.filter(({ call }) => call === 'fsSize').map(({ atMs }) => atMs);
  assert.equal(hung.length, 3, `${hung}`);
  assert.ok(hung[2]! - hung[1]! > hung[1]! - hung[0]!, 'the pauses get longer');
  assert.equal(asking.opened.length, 1 + hung.length);
  assert.equal(asking.lines.filter((line) => line.includes('did not answer fsSize')).length, 1);
  await asking.informant.stop();
  assert.equal(asking.clock.timers, 0);
});

test('an answer that is too old says nothing, and a question that went away takes its answer with it', async () => {
  let answers = true;
  const asking = new Asking([question('mem', 10_000), question('fsStats', 15_000)], async () => {
    if (!answers) throw new Error('not now');
    return 7;
  });
  await asking.informant.start();
  await asking.clock.advance(15_000);
  assert.equal(asking.informant.last('mem')?.value, 7);
  answers = false;
  await asking.clock.advance(35_000);
  assert.equal(asking.informant.last('mem')?.value, 7);
  await asking.clock.advance(10_000);
  assert.equal(asking.informant.last('mem'), undefined);
  // The process itself is well: only the question failed.
  assert.equal(asking.opened.length, 1);
  asking.questions = [question('mem', 10_000)];
  await asking.clock.advance(5_000);
  assert.equal(asking.informant.last('fsStats'), undefined);
  await asking.informant.stop();
});

test('a machine without a battery is asked for it once an hour', async () => {
  const asking = new Asking([question('battery', 60_000)], async () => ({ hasBattery: false }));
  await asking.informant.start();
  await asking.clock.advance(7_300_000);
  assert.equal(asking.asked.length, 3);
  await asking.informant.stop();
});

test('a process that ends at once is begun more and more rarely', async () => {
  const asking = new Asking([question('mem', 10_000)]);
  asking.dies = true;
  await asking.informant.start();
  await asking.clock.advance(3_600_000);
  assert.ok(asking.opened.length <= 14, `${asking.opened.length} processes in an hour`);
  assert.equal(asking.asked.length, 0);
  asking.dies = false;
  await asking.clock.advance(600_000);
  assert.ok(asking.asked.length > 0);
  await asking.informant.stop();
});

test('turns fit into the interval, and many interfaces share the turns of one', () => {
  assert.deepEqual([1_000, 5_000, 7_000, 60_000, 300_000].map(gapOf), [1_000, 5_000, 3_500, 5_000, 5_000]);
  const address = { address: '192.0.2.1', internal: false };
  const self = { address: '127.0.0.1', internal: true };
  const radio = { address: 'fe80::1', internal: false };
  const os = {
    networkInterfaces: () => ({ lo0: [self], awdl0: [radio], en0: [radio, address], en5: [address] }),
  } as unknown as Parameters<typeof questionsOf>[0]['os'];
  const traffic = questionsOf({ system: 'darwin', os }).filter(({ call }) => call === 'networkStats');
  assert.deepEqual(traffic, [
    { call: 'networkStats', of: 'en0', everyMs: 20_000 },
    { call: 'networkStats', of: 'en5', everyMs: 20_000 },
  ]);
});
