import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { encodeFrame, FrameReader } from '../../appliance/protocol/frame.ts';
import {
  type Body,
  type Message,
  type MessageKind,
  parseMessage,
} from '../../appliance/protocol/messages.ts';
import { SamplesDecoder } from '../../appliance/protocol/samples.ts';
import type { Series } from '../../appliance/protocol/series.ts';
import type { Tick } from '../../appliance/protocol/ticks.ts';

/** A real conversation of version 1.0: whatever the wire becomes, this stays readable. */
const file = new URL('../fixtures/wire-v1/conversation.jsonl', import.meta.url);
/** What 1.1 added. */
const asked = new URL('../fixtures/wire-v1/asked.jsonl', import.meta.url);

function conversation(from = file): { from: string; message: Message }[] {
  const lines = readFileSync(from, 'utf8').trim().split('\n');
  return lines.flatMap((line) => {
    const { from, type, body } = JSON.parse(line) as { from: string; type: number; body: string };
    const frames = new FrameReader().push(encodeFrame(type, Buffer.from(body, 'base64')));
    return frames.map((frame) => ({ from, message: parseMessage(frame) ?? assert.fail('a kept type') }));
  });
}

function bodyOf<K extends MessageKind>(kind: K): Body<K> {
  const found = conversation().find(({ message }) => message.kind === kind);
  return (found?.message.body ?? assert.fail(`no ${kind}`)) as Body<K>;
}

test('every message of the recorded conversation is understood, in its order', () => {
  const words = conversation().map(({ from, message }) => `${from} ${message.kind}`);
  assert.deepEqual(
    [...new Set(words)],
    [
      ...[
        'agent hello',
        'box welcome',
        'box pairCommit',
        'agent pairNonce',
        'box pairReveal',
        'box admitted',
      ],
      ...['agent events', 'agent dictionary', 'agent samples', 'box ack', 'agent facts', 'agent goodbye'],
    ],
  );
});

test('its samples decode to what was measured', () => {
  const decoder = new SamplesDecoder();
  const series: Series[] = [];
  const ticks: Tick[] = [];
  for (const { message } of conversation()) {
    if (message.kind === 'dictionary') series.push(...message.body.series);
    if (message.kind === 'samples') ticks.push(...decoder.decode(message.body, series.length).ticks);
  }
  assert.deepEqual(
    ticks.map(({ seq }) => seq),
    [0, 1, 2, 3],
  );
  const valuesOf = (name: string) => {
    const index = series.findIndex((one) => one.name === name);
    return ticks.map(({ values }) => values[index]);
  };
  // The machine told its memory in its facts as well, by another way.
  const { memoryBytes } = bodyOf('facts');
  assert.deepEqual(valuesOf('system.memory.limit'), [memoryBytes, memoryBytes, memoryBytes, memoryBytes]);
  const uptimes = valuesOf('system.uptime').map(Number);
  assert.deepEqual(
    uptimes.map((uptime) => uptime - uptimes[0]!),
    [0, 1, 2, 3],
  );
});

test('services, the busiest programs and a notice are understood as 1.1 said them', () => {
  const said = conversation(asked);
  assert.deepEqual(
    said.map(({ from, message }) => `${from} ${message.kind}`),
    ['agent services', 'box processesWanted', 'agent processes', 'box notice', 'agent goodbye'],
  );
  const of = <K extends MessageKind>(kind: K) =>
    said.find(({ message }) => message.kind === kind)?.message.body as Body<K>;
  assert.deepEqual(
    of('services').services.map(({ name, state }) => `${name} ${state}`),
    ['broken failed', 'loop restarting', 'alpha running', 'dbus running', 'once done'],
  );
  const { id, overMs, processes } = of('processes');
  assert.equal(id, of('processesWanted').id);
  assert.ok(
    overMs! >= 1_000 && processes.length > 0 && processes.every(({ memoryBytes }) => memoryBytes! >= 0),
  );
  assert.equal(of('notice').text, 'The server restarts at noon: save your work «Été»');
});
