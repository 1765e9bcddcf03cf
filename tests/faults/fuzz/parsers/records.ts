/** JSON that the store keeps and takes: machines, journal, runs, settings, records, what callers ask; and passwords of web. */
import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { type Check, parseJson } from '../../../../appliance/protocol/check.ts';
import { Malformed } from '../../../../appliance/protocol/malformed.ts';
import { Failure } from '../../../../appliance/runtime/errors.ts';
import * as checks from '../../../../appliance/store/checks.ts';
import { decodeChecked } from '../../../../appliance/store/records/checked.ts';
import { parsePhc } from '../../../../appliance/web/passwords.ts';
import type { FuzzedParser } from '../parser.ts';

const facts = { os: 'Linux', kernel: '6.1', cores: 4, memoryBytes: 2 ** 33, addresses: ['192.0.2.7'] };
const actor = { who: 'Marie', role: 'admin', from: '192.0.2.9' };
const machine = {
  ...{ machine: 7, key: 'ab'.repeat(32), name: 'pc', state: 'up', stateSinceMs: 1, admittedMs: 1 },
  ...{ admittedBy: 'Marie', local: false, facts, run: 'cd'.repeat(16), formerKeys: ['ef'.repeat(32)] },
};
const note = { kind: 'sign-in.ok', ...actor, machine: 7, text: { en: 'in', fr: 'là' }, details: { a: [1] } };
const entry = {
  ...{ ...note, id: 9, atMs: 1, trusted: true, before: '0'.repeat(64), hash: '1'.repeat(64) },
};
const write = { namespace: 'users', key: 'marie', ifVersion: '0'.repeat(16) };
const series = [{ name: 'system.uptime', unit: 's', scale: 0, kind: 'gauge' }];

/** What is kept on disk, then what callers send. */
const kept: readonly [check: Check<unknown>, valid: unknown][] = [
  [checks.checkStoredMachine, machine],
  [checks.checkEntry, entry],
  [checks.checkSeenRuns, [{ run: 'cd'.repeat(16), touchedMs: 1, bounds: [0, 5, 9, 12], zeroMs: 3 }]],
  [checks.checkSeriesList, { series }],
  [checks.checkValue, { value: { deep: [[{ a: null }]] } }],
];
const sent: readonly [check: Check<unknown>, valid: unknown][] = [
  [checks.checkAdmission, { key: 'ab'.repeat(32), name: 'pc', by: 'Marie', local: true, same: 3 }],
  [checks.checkPatch, { state: 'silent', name: 'pc', facts, run: 'cd'.repeat(16) }],
  [checks.checkNote, note],
  [checks.checkPut, { value: 1, ifVersion: null }],
  [
    checks.checkWrites,
    {
      writes: [
        { ...write, value: { a: 1 } },
        { ...write, delete: true },
      ],
    },
  ],
];
const phc = `$argon2id$v=19$m=47104,t=1,p=1$${'A'.repeat(22)}$${'B'.repeat(43)}`;
const phcAt = kept.length + sent.length;

export const records: FuzzedParser = {
  about: 'records, settings and what is asked of the store',
  sources: ['appliance/store/checks.ts', 'appliance/store/records/checked.ts'],
  leftOut: ['encodeChecked'],
  seeds: () => [
    ...[...kept, ...sent].map(([, valid], at) => inputOf(at, JSON.stringify(valid))),
    inputOf(phcAt, phc),
  ],
  nearMisses: [
    inputOf(4, `{"value":${'['.repeat(40)}${']'.repeat(40)}}`),
    inputOf(4, JSON.stringify({ value: 'x'.repeat(66_000) }).slice(0, 65_000)),
    inputOf(2 + kept.length, JSON.stringify({ ...note, details: [] })),
    inputOf(2 + kept.length, JSON.stringify({ ...note, details: { a: 'x'.repeat(9_000) } })),
    inputOf(4 + kept.length, JSON.stringify({ writes: [write] })),
    inputOf(phcAt, phc.replace('m=47104', 'm=4710400')),
    inputOf(0, ''),
  ],
  parse(input) {
    const at = (input[0] ?? 0) % (phcAt + 1);
    const body = Buffer.from(input.subarray(1));
    const before = body.toString('latin1');
    if (at === phcAt) {
      const { memory, passes } = parsePhc(body.toString('utf8'));
      assert.ok(memory <= 64 * 1024 && passes < 100);
    } else if (at >= kept.length) checks.asked(sent[at - kept.length]![0], parseJson(body), 'body');
    else decodeChecked(onDisk(body), 'a record', kept[at]![0]);
    assert.equal(body.toString('latin1'), before);
    assert.deepEqual(Object.keys(Object.prototype), []);
  },
  isRefusal: (error) =>
    error instanceof Malformed ||
    (error instanceof Failure && (error.code === 'STORE_DAMAGED' || error.code === 'BAD_REQUEST')),
  textFrom: 1,
};

function inputOf(at: number, text: string): Uint8Array {
  return new Uint8Array(Buffer.concat([Buffer.of(at), Buffer.from(text)]));
}

/** As the database has it; every sixteenth length stands for a flipped bit. */
function onDisk(json: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head[0] = json.length % 32 === 31 ? 2 : 1;
  head.writeUInt32BE(json.length % 16 === 15 ? 1 : crc32(json), 1);
  return Buffer.concat([head, json]);
}
