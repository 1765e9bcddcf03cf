/** What stands in frames: the type, then the JSON of its message. */
import assert from 'node:assert/strict';
import { FrameReader } from '../../../../appliance/protocol/frame.ts';
import { Malformed } from '../../../../appliance/protocol/malformed.ts';
import {
  type Body,
  encodeMessage,
  type MessageKind,
  parseMessage,
} from '../../../../appliance/protocol/messages.ts';
import type { FuzzedParser } from '../parser.ts';
import { recordedFrames } from './seeds.ts';

const names = [
  'messages',
  'check',
  'facts',
  'services',
  'processes',
  'series',
  'names',
  'identity',
  'neighbours',
  'probes/exchange',
];

const run = 'ab'.repeat(16);
const pair = { runMs: 5, wallMs: 1_700_000_000_000, synchronised: true };

/** What the recorded conversation has no example of, and fields that it leaves away. */
const unrecorded: { [K in MessageKind]?: Body<K> } = {
  hello: {
    ...{ protocol: [1, 0], agent: '0.1.0', run, osBoot: run, ...pair, name: 'pc', os: 'Linux' },
    ...{ intervalMs: 5_000, pinned: true, token: 'cd'.repeat(16) },
  },
  clocks: { run, pairs: [{ ...pair, sleptMs: 7 }] },
  events: {
    events: [
      {
        ...{ runMs: 1, kind: 'samples.lost', text: 'ticks 1 to 2 were lost' },
        lost: { run, first: 1, last: 2, fromMs: 3, toMs: 4, synchronised: false, why: 'disk' },
      },
    ],
  },
  services: {
    services: [
      { name: 'ssh', label: 'Secure shell', state: 'running', sinceMs: 1_790_000_000_000 },
      { name: 'nginx', state: 'failed' },
    ],
    left: 3,
  },
  processes: {
    ...{ id: 7, off: false, overMs: 5_000 },
    processes: [
      { pid: 812, name: 'postgres', cpu: 0.25, memoryBytes: 12_345, arguments: 'postgres -D /srv' },
      { pid: 9, name: 'sh' },
    ],
  },
  probeAssignments: {
    probes: [
      {
        ...{ id: 'abcdefg2', kind: 'tcp', intervalMs: 60_000, beyond: false },
        options: { host: 'nas.lan', port: 445, strict: true },
      },
    ],
  },
  probeResults: {
    results: [
      { probe: 'abcdefg2', runMs: 5, verdict: 'up' },
      { probe: 'abcdefg3', runMs: 6, verdict: 'down', reason: { code: 'REFUSED', detail: 'no' } },
    ],
  },
  processesWanted: { id: 7 },
  neighboursWanted: { search: 3 },
  neighbours: {
    neighbours: [
      {
        mac: '02:00:5e:10:00:01',
        addresses: ['192.0.2.7'],
        names: ['nas'],
        services: ['_smb._tcp'],
        heardMs: 7,
      },
    ],
    searched: 3,
  },
  notice: { text: 'The server restarts at noon' },
  pairAnswer: { same: true },
  pairEnd: {},
  refused: { retryMs: 600_000 },
  error: { code: 'BUSY', message: 'later', path: 'hello', retryMs: 2_000 },
  ping: { id: 7, clock: pair },
  pong: { id: 7 },
};

export const wireMessages: FuzzedParser = {
  about: 'messages of the wire',
  sources: names.map((name) => `appliance/protocol/${name}.ts`),
  leftOut: [
    ...['encodeMessage', 'seriesName', 'attributeValue', 'splitSeriesName', 'scaled', 'unscaled'],
    ...['keyHash', 'keyHashOfCertificate', 'boxName'],
  ],
  seeds: () => [
    ...recordedFrames().map(({ type, body }) => new Uint8Array([type, ...body])),
    ...Object.entries(unrecorded).map(([kind, body]) =>
      encodeMessage(kind as 'ping', body as never).subarray(4),
    ),
  ],
  parse(input) {
    const message = parseMessage({ type: input[0] ?? 0, body: input.subarray(1) });
    if (message === null || message.kind === 'samples') return;
    // What was accepted says the same after another journey.
    const [frame] = new FrameReader().push(encodeMessage(message.kind, message.body as never));
    assert.deepEqual(parseMessage(frame!), message);
  },
  isRefusal: (error) => error instanceof Malformed,
  textFrom: 1,
};
