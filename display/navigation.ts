/** Where a person is on the panel and what each gesture does there. Pure: the controller carries actions out. */
import type { Gesture } from './gestures.ts';
import { listed } from './problems.ts';
import { type ScreenName, screens } from './screens/index.ts';
import type { Action, Notice, View } from './screens/screen.ts';
import type { State } from './state.ts';

export type Place = {
  screen: ScreenName;
  machine: number | null;
  waitingId: string | null;
  incident: number | null;
  /** Waiting machines that a person put off: they do not come up by themselves again. */
  later: readonly string[];
  busy: boolean;
  notice: Notice | null;
  /** Somebody has led the panel here; until then it shows its home of the moment. */
  visited: boolean;
};

export const start: Place = {
  screen: 'overview',
  machine: null,
  waitingId: null,
  incident: null,
  later: [],
  busy: false,
  notice: null,
  visited: false,
};

/** Until a password is set, the first thing to see is how to set it; so it is for five minutes of recovery. */
export function home(state: State): ScreenName {
  if (state.address?.recovery) return 'recovery';
  if (state.address?.code) return 'code';
  return state.openHouse === null ? 'overview' : 'admit-all';
}

/** Where the world's changes lead by themselves: a new machine that waits comes up, one that left goes away. */
export function settle(place: Place, state: State): Place {
  const ids = state.waiting.map((entry) => entry.id);
  const later = place.later.filter((id) => ids.includes(id));
  const next = later.length === place.later.length ? place : { ...place, later };
  if (next.screen === 'notice' || next.screen === 'reset') return next;
  if (next.screen === 'recovery')
    return state.address?.recovery || next.busy ? next : { ...next, screen: home(state), visited: false };
  const selected = state.waiting.find((entry) => entry.digits !== null);
  if (selected && selected.id !== next.waitingId && !next.busy)
    return { ...next, screen: 'waiting', waitingId: selected.id };
  if (next.screen === 'waiting' && next.waitingId !== null && ids.includes(next.waitingId)) return next;
  // Who knows the box comes in by itself now; the others can be chosen later.
  const asking = state.openHouse === null ? ids.find((id) => !later.includes(id)) : undefined;
  if (asking) return { ...next, screen: 'waiting', waitingId: asking };
  if (next.screen === 'waiting') return { ...next, screen: home(state), waitingId: null };
  if (next.screen === 'code' && !state.address?.code) return { ...next, screen: 'overview' };
  if (!next.visited && (next.screen === 'overview' || next.screen === 'admit-all'))
    return { ...next, screen: home(state) };
  if (next.screen === 'incident' && !next.busy && !isListed(next.incident, state))
    return { ...next, screen: home(state), incident: null, visited: false };
  if (next.screen === 'machine' && (next.machine === null || !state.rows.has(next.machine)))
    return { ...next, screen: home(state), machine: null };
  return next;
}

const isListed = (id: number | null, state: State) => listed(state).some((one) => one.id === id);

/** What a gesture means in the picture that the person sees. */
export function meaning(screen: ScreenName, view: View, gesture: Gesture): Action | null {
  if (gesture === 'recovery') return { kind: 'recover' };
  if (gesture === 'double')
    return screen === 'waiting' && view.waitingId !== null
      ? { kind: 'later', id: view.waitingId }
      : { kind: 'home' };
  const offers = screens[screen].offers(view);
  return (gesture === 'press' ? offers.press : offers.hold)?.action ?? null;
}

/** The part of an action that only moves on the panel. */
export function move(place: Place, action: Action, state: State): Place {
  switch (action.kind) {
    case 'go':
      return settle({ ...place, screen: action.screen, notice: null, visited: true }, state);
    case 'machine':
      return settle({ ...place, screen: 'machine', machine: action.machine }, state);
    case 'incident':
      return settle({ ...place, screen: 'incident', incident: action.id, visited: true }, state);
    case 'home':
      return settle({ ...place, screen: home(state), notice: null, waitingId: null, visited: false }, state);
    case 'later':
      return settle(putOff(place, action.id, state), state);
    case 'review':
      return settle({ ...place, screen: 'waiting', waitingId: action.id, visited: true }, state);
    case 'recover':
      return { ...place, screen: 'recovery', notice: null, busy: true };
    case 'open-house':
    case 'close-house':
      return { ...place, screen: 'admit-all', visited: false, busy: true };
    case 'acknowledge':
    case 'reset':
    case 'select':
    case 'admit':
    case 'refuse':
      return { ...place, busy: true };
  }
}

/** Put off the one shown. Who looks again at those put off sees them in their order, then what is wrong, then the address. */
function putOff(place: Place, id: string, state: State): Place {
  if (!place.later.includes(id))
    return { ...place, later: [...place.later, id], screen: home(state), waitingId: null };
  const next = state.waiting[state.waiting.findIndex((entry) => entry.id === id) + 1];
  if (next) return { ...place, screen: 'waiting', waitingId: next.id };
  const [worst] = listed(state);
  if (worst) return { ...place, screen: 'incident', incident: worst.id, waitingId: null };
  return { ...place, screen: 'address', waitingId: null };
}

export function announce(place: Place, notice: Notice): Place {
  return { ...place, busy: false, screen: 'notice', notice };
}
