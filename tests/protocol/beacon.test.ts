import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  beaconBytes,
  decodeBeaconAnswer,
  decodeBeaconQuestion,
  encodeBeaconAnswer,
  encodeBeaconQuestion,
} from '../../appliance/protocol/beacon.ts';
import { Malformed } from '../../appliance/protocol/malformed.ts';

const nonce = fc.uint8Array({ minLength: 16, maxLength: 16 });
const answer = fc.record(
  {
    nonce,
    port: fc.integer({ min: 1, max: 65_535 }),
    id: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex')),
    name: fc.constantFrom('netmonitor-qkzt', 'x', 'boîtier'),
  },
  { noNullPrototype: true },
);

test('what is asked and answered comes back as it was', () => {
  fc.assert(
    fc.property(answer, (one) => {
      assert.deepEqual(decodeBeaconQuestion(encodeBeaconQuestion(one.nonce)), one.nonce);
      assert.deepEqual(decodeBeaconAnswer(encodeBeaconAnswer(one)), one);
    }),
  );
});

test('no answer is longer than a question, whatever the name', () => {
  const bytes = encodeBeaconAnswer({
    ...{ nonce: new Uint8Array(16), port: 7411 },
    ...{ id: 'ab'.repeat(32), name: 'é'.repeat(200) },
  });
  assert.ok(bytes.length <= beaconBytes);
  assert.equal(encodeBeaconQuestion(new Uint8Array(16)).length, beaconBytes);
});

test('a short question is none: it could be answered with more than it cost', () => {
  const short = encodeBeaconQuestion(new Uint8Array(16)).subarray(0, 60);
  assert.throws(() => decodeBeaconQuestion(short), Malformed);
});

test('anything else is refused with a code', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array({ maxLength: 200 }), answer.map(encodeBeaconAnswer)),
      fc.nat(),
      (bytes, at) => {
        const bent = bytes.slice();
        if (bent.length > 0) bent[at % bent.length]! ^= 0x5a;
        for (const decode of [decodeBeaconAnswer, decodeBeaconQuestion]) {
          try {
            decode(bent.subarray(0, at % 140));
          } catch (error) {
            assert.ok(error instanceof Malformed, String(error));
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});
