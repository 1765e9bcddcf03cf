/** Datagrams of the beacon: questions as the box hears them, answers as an agent does. */
import assert from 'node:assert/strict';
import {
  beaconBytes,
  decodeBeaconAnswer,
  decodeBeaconQuestion,
  encodeBeaconAnswer,
  encodeBeaconQuestion,
} from '../../../../appliance/protocol/beacon.ts';
import { Malformed } from '../../../../appliance/protocol/malformed.ts';
import type { FuzzedParser } from '../parser.ts';

const nonce = new Uint8Array(16).fill(7);
const [question, answer] = [0, 1];

/** The first byte says which of both it is. */
export const beacons: FuzzedParser = {
  about: 'datagrams of the beacon',
  sources: ['appliance/protocol/beacon.ts'],
  leftOut: ['encodeBeaconQuestion'],
  seeds: () => [
    Buffer.from([question, ...encodeBeaconQuestion(nonce)]),
    ...['netmonitor-abcd', ''].map((name) =>
      Buffer.from([answer, ...encodeBeaconAnswer({ nonce, port: 7411, id: 'ab'.repeat(32), name })]),
    ),
  ],
  nearMisses: [
    Buffer.from([question]),
    Buffer.from([answer, ...encodeBeaconQuestion(nonce)]),
    Buffer.from([answer, ...encodeBeaconAnswer({ nonce, port: 0, id: 'ab'.repeat(32), name: '' })]),
    Buffer.from([answer, ...encodeBeaconAnswer({ nonce, port: 1, id: 'ab'.repeat(32), name: 'x' }), 0]),
    Buffer.alloc(beaconBytes + 2, answer),
  ],
  parse(input) {
    const bytes = input.subarray(1);
    if ((input[0] ?? 0) % 2 === question) {
      const asked = decodeBeaconQuestion(bytes);
      assert.equal(asked.length, nonce.length);
      return;
    }
    const found = decodeBeaconAnswer(bytes);
    assert.ok(found.port > 0 && found.port < 65_536);
    assert.match(found.id, /^[0-9a-f]{64}$/);
    // Nobody gains by asking in another's name.
    assert.ok(encodeBeaconAnswer(found).length <= beaconBytes);
  },
  isRefusal: (error) => error instanceof Malformed,
};
