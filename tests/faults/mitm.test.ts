/** Whoever stands between is as lucky as chance, and the test would see more luck than that. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commitment, digits, newNonce } from '../../appliance/protocol/pairing.ts';
import { allowedBy, withstand } from './mitm/admissions.ts';
import { RealBox, RealMachine } from './mitm/ends.ts';
import { Grinder, Key } from './mitm/keys.ts';
import { Middle } from './mitm/middle.ts';
import { uncommitted } from './mitm/uncommitted.ts';
import { seeded } from './replay/random.ts';

const keys = Array.from({ length: 64 }, () => Key.draw());
const few = { random: seeded(7), keys, mostGrinding: 2 ** 12 };

test('box and machine show other digits to whoever stands between them, whatever he tries', () => {
  const { runs, tries, equal } = withstand({ ...few, runs: 150 });
  assert.equal(runs, 150);
  assert.ok(tries > 150, `${tries}`);
  // One in a million each: what the whole fault test allows would hide nothing here, either.
  assert.ok(equal <= allowedBy(tries), `${equal} of ${tries}`);
});

test('without the commitment he meets the same digits nearly always', () => {
  const { equal, tries } = withstand({ ...few, runs: 20, names: ['unbound'], exchange: uncommitted });
  assert.ok(equal > 10 && equal > allowedBy(tries), `${equal} of ${tries}`);
});

test('two people see the same digits when nobody is between, so equal ones would be noticed', () => {
  const [boxKey, machineKey] = [Key.draw(), Key.draw()];
  const memory = { commit: '', boxNonce: '', agentNonce: '', ownNonce: '' };
  const middle = new Middle(new RealBox(boxKey), new RealMachine(machineKey), memory);
  const [box, machine] = [middle.toBox(machineKey), middle.toMachine(boxKey)];
  middle.select(box);
  middle.commit(machine, '', box.commit);
  middle.answer(box, machine.nonce ?? '');
  assert.equal(middle.equal, false);
  middle.reveal(machine, box.revealed ?? '');
  assert.equal(middle.equal, true);
  assert.equal(middle.tries, 1);
  middle.leave();
});

test('whoever breaks his promise is left, and nothing is shown', () => {
  const [boxKey, machineKey, own] = [Key.draw(), Key.draw(), Key.draw()];
  const memory = { commit: '', boxNonce: '', agentNonce: '', ownNonce: '' };
  const middle = new Middle(new RealBox(boxKey), new RealMachine(machineKey), memory);
  const machine = middle.toMachine(own);
  middle.commit(machine, newNonce(), commitment(newNonce(), own.hash));
  middle.reveal(machine);
  assert.deepEqual(middle.machine.shown(), []);
  assert.equal(machine.line.open, false);
});

test('grinding reckons as both sides do', () => {
  const [box, machine] = [keys[0]!, keys[1]!];
  const pair = { boxNonce: newNonce(), agentNonce: newNonce(), boxHash: box.hash, agentHash: machine.hash };
  const grinder = new Grinder().set({ ...pair, agentNonce: newNonce() });
  assert.equal(grinder.digits('agentNonce', pair.agentNonce), Number(digits(pair)));
});

test('chance may give a few equal digits among very many tries, and none among few', () => {
  assert.deepEqual([0, 0.1, 1, 1_000_000].map(allowedBy), [0, 0, 0, 9]);
});
