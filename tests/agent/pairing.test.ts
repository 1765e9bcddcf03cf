import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DrawPace, Pairing } from '../../agent/pairing.ts';
import { commitment, digits, newNonce } from '../../appliance/protocol/pairing.ts';
import { FakeClock } from '../helpers/clock.ts';

const boxHash = 'ab'.repeat(32);
const agentHash = 'cd'.repeat(32);
const commit = () => commitment(newNonce(), boxHash);

/** How many draws a box gets that asks for as many, each time with a new pairing as after a new connection. */
function drawsOf(pace: DrawPace, asked: number): number {
  let drawn = 0;
  for (let count = 0; count < asked; count++) {
    const step = new Pairing({ boxHash, agentHash, pace }).committed(commit());
    if ('nonce' in step) drawn += 1;
  }
  return drawn;
}

test('a box that reveals what it committed to gets the digits shown', () => {
  const pairing = new Pairing({ boxHash, agentHash, pace: new DrawPace(new FakeClock()) });
  const boxNonce = newNonce();
  const step = pairing.committed(commitment(boxNonce, boxHash));
  const agentNonce = 'nonce' in step ? step.nonce : '';
  assert.deepEqual(pairing.revealed(boxNonce), {
    digits: digits({ boxNonce, agentNonce, boxHash, agentHash }),
  });
});

test('a nonce other than the committed one is a broken commitment', () => {
  const pairing = new Pairing({ boxHash, agentHash, pace: new DrawPace(new FakeClock()) });
  pairing.committed(commit());
  assert.ok('broken' in pairing.revealed(newNonce()));
  assert.equal(pairing.digits, undefined);
});

test('a new draw takes the old digits away, and a commitment is revealed once', () => {
  const pairing = new Pairing({ boxHash, agentHash, pace: new DrawPace(new FakeClock()) });
  const boxNonce = newNonce();
  pairing.committed(commitment(boxNonce, boxHash));
  assert.ok('digits' in pairing.revealed(boxNonce));
  pairing.committed(commit());
  assert.equal(pairing.digits, undefined);
  assert.ok('broken' in pairing.revealed(boxNonce));
  assert.ok('broken' in pairing.revealed(boxNonce));
});

test('whoever draws again and again until the digits fit gets a handful of tries, also over new connections', () => {
  assert.equal(drawsOf(new DrawPace(new FakeClock()), 1000), 8);
});

test('a box that draws as often as a box may is never too fast', async () => {
  const clock = new FakeClock();
  const pace = new DrawPace(clock);
  assert.equal(drawsOf(pace, 6), 6);
  for (let count = 0; count < 30; count++) {
    await clock.advance(10_000);
    assert.equal(drawsOf(pace, 1), 1);
  }
});
