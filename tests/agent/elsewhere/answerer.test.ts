/** systeminformation as it is, on this very machine. */
import assert from 'node:assert/strict';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startAnswerer } from '../../../agent/elsewhere/answerer.ts';
import type { Question } from '../../../agent/elsewhere/calls.ts';
import { Informant } from '../../../agent/elsewhere/informant.ts';
import { memory } from '../../../agent/elsewhere/memory.ts';
import { processes } from '../../../agent/elsewhere/processes.ts';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { createLog } from '../../../appliance/runtime/log.ts';
import { eventually } from '../../helpers/eventually.ts';
import { hereOf, valuesOf } from '../../helpers/here.ts';
import { repository } from '../../helpers/programs.ts';

const program = join(repository, 'tests/helpers/answerer.ts');

test('questions are answered one after the other, and cycles take what was said last', async () => {
  let [running, most] = [0, 0];
  const questions: Question[] = [
    { call: 'mem', of: '', everyMs: 10_000 },
    { call: 'networkStats', of: 'lo', everyMs: 10_000 },
    { call: 'processes', of: '', everyMs: 10_000 },
  ];
  const informant = new Informant({
    questions: () => questions,
    open() {
      const answerer = startAnswerer([program]);
      return {
        get gone() {
          return answerer.gone;
        },
        async ask(question) {
          running += 1;
          most = Math.max(most, running);
          return answerer.ask(question).finally(() => (running -= 1));
        },
        end: () => answerer.end(),
      };
    },
    gapMs: 5,
    clock: systemClock,
    log: createLog({ name: 'agent', level: 'error' }),
  });
  await informant.start();
  try {
    await eventually('all is known', () => questions.every(({ call, of }) => informant.last(call, of)));
  } finally {
    await informant.stop();
  }
  assert.equal(most, 1);
  const here = { ...hereOf('darwin', {}), last: informant.last.bind(informant) };
  assert.equal(valuesOf(memory, here)['system.memory.limit'], totalmem());
  assert.ok(valuesOf(processes, here)['system.processes.count']! > 1);
});

test('what cannot be answered is an error, and so is everything after the end', async () => {
  const answerer = startAnswerer(['-e', 'process.stdin.once("data", () => console.log("no answer"))']);
  await assert.rejects(answerer.ask({ call: 'mem', of: '' }), /no JSON/);
  assert.equal(answerer.gone, true);
  await assert.rejects(answerer.ask({ call: 'mem', of: '' }), /no JSON/);
  const ending = startAnswerer(['-e', 'process.exit(3)']);
  await assert.rejects(ending.ask({ call: 'mem', of: '' }), /ended with 3/);
});
