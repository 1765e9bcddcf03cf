import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Box } from '../../../appliance/console/box.ts';
import { admit } from '../../../appliance/console/verbs/admit.ts';
import type { Call } from '../../../appliance/console/verbs/verb.ts';
import { speaker } from '../../../appliance/console/words.ts';
import { createFakeTerminal, type FakeTerminal } from '../../helpers/console-call.ts';
import { createFakeIngest } from '../../helpers/fake-ingest.ts';
import { nowMs } from '../../helpers/incident-samples.ts';
import { waitingMachine } from '../../helpers/screen-samples.ts';

const anne = waitingMachine({ id: 'aa'.repeat(32), name: 'PC-COMPTA', digits: '482913' });
const bob = waitingMachine({ id: 'bb'.repeat(32), name: 'ATELIER' });

function setUp(terminal: FakeTerminal, words: string[], more: Partial<Call> = {}, all = [anne, bob]) {
  const ingest = createFakeIngest(anne);
  ingest.waiting = async () => all;
  const call: Call = {
    box: { ingest } as unknown as Box,
    home: undefined,
    terminal,
    say: speaker('en'),
    language: 'en',
    json: false,
    values: {},
    words,
    nowMs,
    user: 'anne',
    signal: new AbortController().signal,
    ...more,
  };
  return { ingest, call };
}

test('without a name it lists who waits and how to let them in', async () => {
  const terminal = createFakeTerminal([]);
  const { call, ingest } = setUp(terminal, []);
  assert.equal(await admit.run(call), 0);
  assert.match(
    terminal.said.join('\n'),
    /PC-COMPTA.*192\.168\.1\.31[\s\S]*ATELIER[\s\S]*netmonitor admit NAME/,
  );
  assert.deepEqual(ingest.asked, []);
});

test('shows the digits, asks, and admits after a yes', async () => {
  const terminal = createFakeTerminal(['perhaps', 'yes']);
  const { call, ingest } = setUp(terminal, ['pc-compta']);
  assert.equal(await admit.run(call), 0);
  assert.equal(terminal.questions.length, 2, 'an answer that is neither is asked again');
  assert.deepEqual(ingest.asked, [`select ${anne.id} by anne`, `admit ${anne.id} 482913`]);
  assert.match(
    terminal.said.join('\n'),
    /482 913[\s\S]*PC-COMPTA is admitted: machine 4\.[\s\S]*must still say yes/,
  );
});

test('says nothing of a yes that was already said at the machine', async () => {
  const terminal = createFakeTerminal(['yes']);
  const { call } = setUp(terminal, ['PC-COMPTA'], {}, [{ ...anne, machineAnswer: 'yes' }]);
  assert.equal(await admit.run(call), 0);
  assert.doesNotMatch(terminal.said.join('\n'), /still/);
});

test('sends it away after a no', async () => {
  const { call, ingest } = setUp(createFakeTerminal(['no']), ['PC-COMPTA']);
  assert.equal(await admit.run(call), 1);
  assert.deepEqual(ingest.asked.slice(1), [`refuse ${anne.id}`]);
});

test('an input that ends is no answer: nobody is admitted and nobody refused', async () => {
  const { call, ingest } = setUp(createFakeTerminal([null]), ['PC-COMPTA']);
  assert.equal(await admit.run(call), 1);
  assert.deepEqual(ingest.asked.slice(1), ['deselect']);
});

test('without a terminal it shows the digits and how to go on, and admits nobody', async () => {
  const terminal = createFakeTerminal([], false);
  const { call, ingest } = setUp(terminal, ['PC-COMPTA']);
  assert.equal(await admit.run(call), 0);
  assert.match(terminal.said.join('\n'), /netmonitor admit PC-COMPTA --yes 482913/);
  assert.deepEqual(ingest.asked, [`select ${anne.id} by anne`]);
});

test('with digits it admits with exactly those and draws no others', async () => {
  const { call, ingest } = setUp(createFakeTerminal([]), ['aaaa'], { values: { yes: '482 913' } });
  assert.equal(await admit.run(call), 0);
  assert.deepEqual(ingest.asked, [`admit ${anne.id} 482913`]);
});

test('two machines of one name must be told apart by their keys', async () => {
  const twin = { ...bob, name: 'pc-compta' };
  const { call, ingest } = setUp(createFakeTerminal(['yes']), ['PC-COMPTA'], {}, [anne, twin]);
  await assert.rejects(admit.run(call), { code: 'CONFLICT', message: /aaaaaaaaaaaa, bbbbbbbbbbbb/ });
  assert.deepEqual(ingest.asked, []);
});

test('names who waits when the name is wrong', async () => {
  const { call } = setUp(createFakeTerminal([]), ['nobody']);
  await assert.rejects(admit.run(call), { code: 'NOT_FOUND', message: /PC-COMPTA, ATELIER/ });
});
