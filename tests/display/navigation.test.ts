import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meaning, move, type Place, settle, start } from '../../display/navigation.ts';
import type { View } from '../../display/screens/screen.ts';
import { emptyState, type State } from '../../display/state.ts';
import { speaker } from '../../display/words.ts';
import { machineRow, waitingMachine } from '../helpers/screen-samples.ts';

const rows = new Map([1, 2, 3].map((n) => [n, machineRow(n, `PC-${n}`, 'up')]));
const here = { is: 'here' } as const;
const calm: State = { ...emptyState, rows, store: here, ingest: here, watch: here, web: here };
const anne = waitingMachine({ id: 'a', name: 'ANNE' });
const bob = waitingMachine({ id: 'b', name: 'BOB' });

function viewOf(place: Place, state: State): View {
  const { machine, waitingId, incident, busy, notice } = place;
  const shown = { machine, waitingId, incident, busy, notice };
  return { state, nowMs: 0, language: 'en', say: speaker('en'), ...shown };
}

function gesture(place: Place, state: State, kind: 'press' | 'hold' | 'double'): Place {
  const action = meaning(place.screen, viewOf(place, state), kind);
  return action ? move(place, action, state) : place;
}

test('a press leads from the overview to the address and back', () => {
  const address = gesture(start, calm, 'press');
  assert.equal(address.screen, 'address');
  assert.equal(gesture(address, calm, 'press').screen, 'overview');
});

test('a hold opens the list, presses walk through it in a circle, a double press goes back', () => {
  let place = gesture(start, calm, 'hold');
  const seen = [place.machine];
  for (let presses = 0; presses < 3; presses++) {
    place = gesture(place, calm, 'press');
    seen.push(place.machine);
  }
  assert.deepEqual(seen, [1, 2, 3, 1]);
  assert.equal(gesture(place, calm, 'double').screen, 'overview');
});

test('until a password is set, home is the sign-in code', () => {
  const first: State = { ...calm, address: { ...calm.address!, code: '7QK-4MD' } };
  assert.equal(gesture({ ...start, screen: 'address' }, first, 'press').screen, 'code');
  assert.equal(settle({ ...start, screen: 'code' }, calm).screen, 'overview');
});

test('the sign-in code comes up by itself, until somebody has led the panel elsewhere', () => {
  const first: State = { ...calm, address: { ...calm.address!, code: '7QK-4MD' } };
  const shown = settle(start, first);
  assert.equal(shown.screen, 'code');
  const overview = gesture(shown, first, 'press');
  assert.equal(settle(overview, first).screen, 'overview');
});

test('a machine that waits comes up by itself, and goes when it leaves', () => {
  const place = settle(start, { ...calm, waiting: [anne] });
  assert.deepEqual([place.screen, place.waitingId], ['waiting', 'a']);
  assert.equal(settle(place, calm).screen, 'overview');
});

test('a machine put off does not come up again by itself, the next one does', () => {
  const state = { ...calm, waiting: [anne, bob] };
  const second = gesture(settle(start, state), state, 'press');
  assert.equal(second.waitingId, 'b');
  const none = gesture(second, state, 'press');
  assert.equal(none.screen, 'overview');
  assert.equal(settle(none, state).screen, 'overview');
  const back = settle(settle(none, { ...calm, waiting: [bob] }), state);
  assert.equal(back.waitingId, 'a', 'one that left and came back asks again');
});

test('a double press puts off the machine that asks, and goes home when nobody asks', () => {
  const state = { ...calm, waiting: [anne, bob] };
  const second = gesture(settle(start, state), state, 'double');
  assert.deepEqual([second.waitingId, second.later], ['b', ['a']]);
  const view = viewOf({ ...start, screen: 'waiting' }, calm);
  assert.deepEqual(meaning('waiting', view, 'double'), { kind: 'home' });
});

test('machines put off are one press away from the overview, in their order, and then comes the address', () => {
  const state = { ...calm, waiting: [anne, bob] };
  const off: Place = { ...start, later: ['a', 'b'] };
  const first = gesture(off, state, 'press');
  assert.deepEqual([first.screen, first.waitingId], ['waiting', 'a']);
  assert.deepEqual(meaning('waiting', viewOf(first, state), 'hold'), { kind: 'select', id: 'a' });
  const second = gesture(first, state, 'press');
  assert.deepEqual([second.screen, second.waitingId], ['waiting', 'b']);
  const address = gesture(second, state, 'press');
  assert.equal(address.screen, 'address');
  assert.equal(gesture(address, state, 'press').screen, 'overview');
});

test('shows the machine that somebody selected on the page, also if it was put off', () => {
  const state = { ...calm, waiting: [anne, { ...bob, digits: '482913' }] };
  assert.equal(settle({ ...start, later: ['a', 'b'] }, state).waitingId, 'b');
});

test('a hold selects a waiting machine, then admits it with the digits that are shown', () => {
  const waiting = settle(start, { ...calm, waiting: [anne] });
  const first = meaning('waiting', viewOf(waiting, { ...calm, waiting: [anne] }), 'hold');
  assert.deepEqual(first, { kind: 'select', id: 'a' });
  const shown = { ...calm, waiting: [{ ...anne, digits: '482913' }] };
  const second = meaning('waiting', viewOf(waiting, shown), 'hold');
  assert.deepEqual(second, { kind: 'admit', id: 'a', name: 'ANNE', digits: '482913', answered: false });
  const third = meaning('waiting', viewOf(waiting, shown), 'press');
  assert.deepEqual(third, { kind: 'refuse', id: 'a', name: 'ANNE' });
});

test('does not offer to admit when the other side said no, hung up, or the door is away', () => {
  const place = { ...start, screen: 'waiting' as const, waitingId: 'a' };
  const hold = (state: State) => meaning('waiting', viewOf(place, state), 'hold');
  const digits = '482913';
  assert.equal(hold({ ...calm, waiting: [{ ...anne, digits, machineAnswer: 'no' }] }), null);
  assert.equal(hold({ ...calm, waiting: [{ ...anne, digits, connected: false }] }), null);
  const away = { is: 'away', sinceMs: 1 } as const;
  assert.equal(hold({ ...calm, ingest: away, waiting: [{ ...anne, digits }] }), null);
  assert.equal(hold({ ...calm, ingest: away, waiting: [anne] }), null);
});

test('leaves the page of a machine that was removed', () => {
  const place = { ...start, screen: 'machine' as const, machine: 3 };
  assert.equal(settle(place, { ...calm, rows: new Map([...rows].slice(0, 2)) }).screen, 'overview');
});

test('ten seconds lead to the recovery screen from anywhere, which stays while there is a code', () => {
  const action = meaning('machine', viewOf(start, calm), 'recovery');
  const asking = move(start, action!, calm);
  const armed: State = { ...calm, address: { ...calm.address!, recovery: '7QK-4MD' } };
  assert.equal(settle(asking, { ...calm, waiting: [anne] }).screen, 'recovery');
  const place = { ...asking, busy: false };
  assert.equal(settle(place, { ...armed, waiting: [anne] }).screen, 'recovery');
  assert.equal(gesture(place, armed, 'press').screen, 'overview');
  assert.equal(settle(place, calm).screen, 'overview');
});

test('while the box admits all the panel counts, a press ends it, and nobody who waits comes up by himself', () => {
  const openHouse = { endsMs: 600_000, admitted: 0, most: 100 };
  const open: State = { ...emptyState, ingest: { is: 'here' }, openHouse };
  const place = settle(start, open);
  assert.equal(place.screen, 'admit-all');
  assert.equal(settle(place, { ...open, waiting: [waitingMachine()] }).screen, 'admit-all');
  assert.equal(settle(place, emptyState).screen, 'overview');
  assert.deepEqual(meaning('admit-all', viewOf(place, open), 'press'), { kind: 'close-house' });
  assert.equal(meaning('admit-all', viewOf(place, open), 'hold'), null);
  const closed = { ...open, openHouse: null };
  assert.deepEqual(meaning('admit-all', viewOf(start, closed), 'hold'), { kind: 'open-house' });
});
