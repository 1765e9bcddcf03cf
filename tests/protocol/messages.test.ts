import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FrameReader } from '../../appliance/protocol/frame.ts';
import { Malformed } from '../../appliance/protocol/malformed.ts';
import {
  type Body,
  encodeMessage,
  type MessageKind,
  messageTypes,
  parseMessage,
} from '../../appliance/protocol/messages.ts';

const hash = 'ab'.repeat(32);
const run = '0123456789abcdef0123456789abcdef';

/** One valid message of each kind: the soil for mutations, and the proof that each round-trips. */
const examples: { [K in MessageKind]: Body<K> } = {
  hello: {
    protocol: [1, 0],
    agent: '0.1.0',
    run,
    osBoot: run,
    runMs: 12,
    wallMs: 1_790_000_000_000,
    synchronised: true,
    name: 'FRONT-DESK',
    os: 'Debian GNU/Linux 12',
    intervalMs: 5_000,
    pinned: false,
  },
  welcome: {
    protocol: [1, 0],
    box: 'netmonitor-abcd',
    version: '0.1.0',
    state: 'admitted',
    machine: 3,
    clock: { wallMs: 1_790_000_000_000, trusted: true },
    limits: { frameBytes: 262_144, messagesPerSecond: 10, ticksPerMessage: 64, series: 500 },
  },
  dictionary: { from: 0, series: [{ name: 'system.cpu.utilization', unit: '1', scale: 3, kind: 'gauge' }] },
  ack: {
    run,
    seqs: [
      [0, 5],
      [7, 9],
    ],
    clock: { runMs: 5, wallMs: 6, trusted: false },
  },
  events: { events: [{ runMs: 3, kind: 'disk.mounted', text: 'USB stick «Été»' }] },
  facts: { os: 'Debian', cores: 4, addresses: ['192.0.2.1', '2001:db8::1'] },
  services: {
    services: [
      {
        name: 'ssh.service',
        label: 'OpenBSD Secure Shell server',
        state: 'running',
        sinceMs: 1_790_000_000_000,
      },
      { name: 'nginx.service', state: 'failed' },
    ],
    left: 3,
  },
  probeAssignments: {
    probes: [
      {
        id: 'abcdefg2',
        kind: 'tcp',
        intervalMs: 60_000,
        beyond: true,
        options: { host: 'nas.lan', port: 445, strict: false },
      },
    ],
  },
  probeResults: {
    results: [
      { probe: 'abcdefg2', runMs: 5, verdict: 'up' },
      {
        probe: 'abcdefg3',
        runMs: 6,
        verdict: 'down',
        reason: { code: 'REFUSED', detail: 'connect ECONNREFUSED' },
      },
    ],
  },
  notice: { text: 'The server restarts at noon: save your work «Été»' },
  processesWanted: { id: 7 },
  neighboursWanted: { search: 3 },
  neighbours: {
    neighbours: [
      {
        ...{ mac: '02:00:5e:10:00:01', addresses: ['192.0.2.7', 'fe80::1'], names: ['Imprimante Été'] },
        ...{ services: ['_ipp._tcp', 'upnp:MediaRenderer'], heardMs: 7 },
      },
    ],
    searched: 3,
  },
  processes: {
    id: 7,
    overMs: 5_000,
    processes: [
      { pid: 812, name: 'postgres', cpu: 0.25, memoryBytes: 12_345_678, arguments: 'postgres -D /srv' },
    ],
  },
  goodbye: { reason: 'shutdown' },
  clocks: { run, pairs: [{ runMs: 5, wallMs: 6, synchronised: true, sleptMs: 0 }] },
  ping: { id: 1 },
  pong: { id: 1, clock: { runMs: 5, wallMs: 6, synchronised: true } },
  error: { code: 'BUSY', message: 'come back later', retryMs: 500 },
  pairCommit: { commit: hash },
  pairNonce: { nonce: hash },
  pairReveal: { nonce: hash },
  pairAnswer: { same: true },
  pairEnd: {},
  admitted: { machine: 7 },
  refused: { retryMs: 600_000 },
};
const kinds = Object.keys(examples) as MessageKind[];

function parse(bytes: Uint8Array) {
  return new FrameReader().push(bytes).map(parseMessage);
}

/** Encodes past the type checker, as an attacker would. */
function forge(kind: MessageKind, body: unknown): Uint8Array {
  return encodeMessage(kind, body as Body<typeof kind>);
}

for (const kind of kinds) {
  test(`${kind} comes back as it was sent`, () => {
    assert.deepEqual(parse(encodeMessage(kind, examples[kind])), [{ kind, body: examples[kind] }]);
  });
}

test('unknown fields are dropped, so that a newer side is understood', () => {
  const [message] = parse(forge('ping', { id: 4, colour: 'blue', __proto__: { id: 9 } }));
  assert.deepEqual(message, { kind: 'ping', body: { id: 4 } });
});

test('fields are never taken from a prototype', () => {
  const body = Buffer.from('{"__proto__":{"id":5}}');
  assert.throws(() => parseMessage({ type: messageTypes.ping, body }), { code: 'MISSING', path: 'id' });
  assert.equal(({} as Record<string, unknown>).id, undefined);
});

const refusals: [string, MessageKind, unknown, string, string][] = [
  [
    'a name with a control character',
    'hello',
    { ...examples.hello, name: 'PC\u001b[2J' },
    'BAD_TEXT',
    'name',
  ],
  [
    'a name that is written backwards',
    'hello',
    { ...examples.hello, name: 'PC\u202e1-bal' },
    'BAD_TEXT',
    'name',
  ],
  ['a name of blanks', 'hello', { ...examples.hello, name: ' \u00a0' }, 'BAD_TEXT', 'name'],
  ['a name that looks like another', 'hello', { ...examples.hello, name: 'P\u200bC' }, 'BAD_TEXT', 'name'],
  ['half a surrogate pair', 'hello', { ...examples.hello, name: 'PC\ud800' }, 'BAD_TEXT', 'name'],
  ['a run in capitals', 'hello', { ...examples.hello, run: run.toUpperCase() }, 'BAD_TEXT', 'run'],
  ['an interval of nothing', 'hello', { ...examples.hello, intervalMs: 0 }, 'OUT_OF_RANGE', 'intervalMs'],
  ['a number as text', 'hello', { ...examples.hello, runMs: '12' }, 'WRONG_TYPE', 'runMs'],
  [
    'a series with a path of its own',
    'dictionary',
    {
      from: 0,
      series: [examples.dictionary.series[0], { ...examples.dictionary.series[0], name: 'Système' }],
    },
    'BAD_TEXT',
    'series[1].name',
  ],
  [
    'a dictionary of 501 series',
    'dictionary',
    { from: 0, series: Array.from({ length: 501 }, () => examples.dictionary.series[0]) },
    'TOO_LONG',
    'series',
  ],
  ['an ack of three numbers', 'ack', { run, seqs: [[1, 2, 3]] }, 'WRONG_TYPE', 'seqs[0]'],
  ['a list where an object belongs', 'facts', [], 'WRONG_TYPE', ''],
  ['a reason nobody knows', 'goodbye', { reason: 'holiday' }, 'OUT_OF_RANGE', 'reason'],
];
for (const [what, kind, body, code, path] of refusals) {
  test(`${what} is refused with ${code} and its path`, () => {
    assert.throws(() => parse(forge(kind, body)), { name: 'Malformed', code, path });
  });
}

test('bytes that are no JSON, no UTF-8 or begin with a byte order mark are refused', () => {
  const type = messageTypes.ping;
  assert.throws(() => parseMessage({ type, body: Buffer.from('{"id":1') }), { code: 'NOT_JSON' });
  assert.throws(() => parseMessage({ type, body: Buffer.from([0x7b, 0xff, 0x7d]) }), { code: 'NOT_UTF8' });
  assert.throws(() => parseMessage({ type, body: Buffer.from('\ufeff{"id":1}') }), { code: 'NOT_JSON' });
});

test('kept types are passed over and unknown ones refused', () => {
  for (const type of [11, 13, 31, 127])
    assert.equal(parseMessage({ type, body: Buffer.from('later') }), null, `type ${type}`);
  for (const type of [0, 128, 255])
    assert.throws(() => parseMessage({ type, body: Buffer.from('') }), { code: 'UNKNOWN_MESSAGE' });
});

test('random and mutated messages are parsed or refused with a code, never anything else', () => {
  const attempt = (type: number, body: Uint8Array) => {
    try {
      parseMessage({ type, body });
    } catch (error) {
      assert.ok(error instanceof Malformed, String(error));
    }
  };
  const types = Object.values(messageTypes);
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.json(), (type, json) => attempt(type, Buffer.from(json))),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...kinds),
      fc.nat(),
      fc.uint8Array({ minLength: 1, maxLength: 4 }),
      (kind, at, bytes) => {
        const body = Buffer.from(JSON.stringify(examples[kind]));
        body.set(bytes.subarray(0, 1), at % body.length);
        attempt(messageTypes[kind], body);
      },
    ),
    { numRuns: 2000 },
  );
});
