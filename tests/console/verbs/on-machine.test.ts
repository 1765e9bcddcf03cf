import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Box } from '../../../appliance/console/box.ts';
import { notice } from '../../../appliance/console/verbs/notice.ts';
import { processes } from '../../../appliance/console/verbs/processes.ts';
import { services } from '../../../appliance/console/verbs/services.ts';
import { type Call, Misuse } from '../../../appliance/console/verbs/verb.ts';
import { speaker } from '../../../appliance/console/words.ts';
import { createFakeTerminal } from '../../helpers/console-call.ts';
import { createFakeIngest } from '../../helpers/fake-ingest.ts';
import { nowMs } from '../../helpers/incident-samples.ts';
import { machineRow, waitingMachine } from '../../helpers/screen-samples.ts';

const machines = [machineRow(4, 'NAS', 'up'), machineRow(5, 'Desk', 'up'), machineRow(6, 'desk', 'off')].map(
  ({ machine }) => machine,
);

function setUp(words: string[], more: Partial<Call> = {}) {
  const ingest = createFakeIngest(waitingMachine({}));
  const terminal = createFakeTerminal([]);
  const store = { machines: async () => machines };
  const call: Call = {
    box: { ingest, store } as unknown as Box,
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
  return { ingest, call, said: () => terminal.said.join('\n') };
}

test('services are listed by name or number of a machine, as the machine told them', async () => {
  for (const word of ['nas', '4']) {
    const { call, ingest, said } = setUp([word]);
    ingest.services = async (machine) => {
      assert.equal(machine, 4);
      const all = [
        { name: 'nginx', label: 'Web\u001b[2J server', state: 'failed' as const, sinceMs: nowMs - 60_000 },
        { name: 'ssh', state: 'running' as const },
      ];
      return { toldMs: nowMs, services: all, left: 3 };
    };
    assert.equal(await services.run(call), 0);
    assert.match(said(), /● failed\s+nginx\s+\d\d:\d\d\s+Web.\[2J server\n✓ running\s+ssh\nand 3 more/);
    assert.ok(!said().includes('\u001b'));
  }
  const silent = setUp(['NAS']);
  await services.run(silent.call);
  assert.equal(silent.said(), 'NAS has told no services.');
});

test('a machine is named, known, and not one of two', async () => {
  await assert.rejects(services.run(setUp([]).call), Misuse);
  await assert.rejects(services.run(setUp(['none']).call), { code: 'NOT_FOUND' });
  await assert.rejects(services.run(setUp(['DESK']).call), { code: 'CONFLICT', message: /\(5, 6\)/ });
  await assert.rejects(notice.run(setUp(['nas']).call), Misuse);
});

test('programs are asked for now, and may be nobody’s business', async () => {
  const { call, ingest, said } = setUp(['nas']);
  ingest.processes = async () => ({
    ...{ id: 1, overMs: 10_000 },
    processes: [{ pid: 812, name: 'postgres', cpu: 1.47, memoryBytes: 412_000_000 }],
  });
  await processes.run(call);
  assert.match(said(), /812\s+postgres\s+147 %\s+412 MB/);
  const off = setUp(['nas'], { language: 'fr' });
  off.ingest.processes = async () => ({ id: 1, off: true, processes: [] });
  await processes.run(off.call);
  assert.equal(off.said(), 'NAS n’indique pas ses programmes.');
  const json = setUp(['nas'], { json: true });
  json.ingest.processes = async () => ({ id: 1, processes: [] });
  await processes.run(json.call);
  assert.deepEqual(JSON.parse(json.said()), { machine: 4, off: false, overMs: null, processes: [] });
});

test('a notice is sent in the name of who types it', async () => {
  const { call, ingest, said } = setUp(['nas', 'The server restarts at noon']);
  const sent: unknown[] = [];
  ingest.notify = async (...given) => void sent.push(given);
  assert.equal(await notice.run(call), 0);
  assert.deepEqual(sent, [
    [4, 'The server restarts at noon', { who: 'anne', role: 'admin', from: 'console' }],
  ]);
  assert.equal(said(), 'Sent to NAS.');
});
