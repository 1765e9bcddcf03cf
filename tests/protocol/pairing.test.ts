import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commitment, commitmentHolds, digits, newNonce } from '../../appliance/protocol/pairing.ts';

const boxHash = '11'.repeat(32);
const agentHash = '22'.repeat(32);

test('both sides compute the same six digits from the same facts', () => {
  const pair = { boxNonce: newNonce(), agentNonce: newNonce(), boxHash, agentHash };
  assert.match(digits(pair), /^\d{6}$/);
  assert.equal(digits(pair), digits({ ...pair }));
});

test('the digits of a fixed pair never change, so that other implementations can check theirs', () => {
  const pair = { boxNonce: '00'.repeat(32), agentNonce: 'ff'.repeat(32), boxHash, agentHash };
  assert.equal(digits(pair), '773587');
  assert.equal(
    commitment(pair.boxNonce, boxHash),
    'ab0f0a5155e4c5e2e066af4656dbcc02199171b78ed31249d91f6d0a00ab8461',
  );
});

test('a commitment holds for its own nonce and key only', () => {
  const nonce = newNonce();
  const commit = commitment(nonce, boxHash);
  assert.ok(commitmentHolds(commit, nonce, boxHash));
  assert.ok(!commitmentHolds(commit, newNonce(), boxHash));
  assert.ok(!commitmentHolds(commit, nonce, agentHash));
});

test('somebody between the two sides, who must commit before he knows their nonces, meets other digits', () => {
  let equal = 0;
  const runs = 20_000;
  const middle = '33'.repeat(32);
  for (let count = 0; count < runs; count++) {
    const boxSide = digits({ boxNonce: newNonce(), agentNonce: newNonce(), boxHash, agentHash: middle });
    const agentSide = digits({ boxNonce: newNonce(), agentNonce: newNonce(), boxHash: middle, agentHash });
    if (boxSide === agentSide) equal++;
  }
  // One in a million is expected for each run: five among 20,000 has a chance of about 10^-11.
  assert.ok(equal < 5, `${equal} of ${runs} were equal`);
});
