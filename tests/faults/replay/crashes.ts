/** Goes through a trace event by event, and hands out the states that a power cut could leave at chosen moments. */
import { Answers } from './answers.ts';
import { Disk } from './disk.ts';
import { type Event, isTalk } from './events.ts';
import { type Model, modelNames, type State, stateOf } from './states.ts';

export type Crash = { at: number; model: Model; state: State; answers: Answers };

/** Moments at which a name changes are chosen this much more often than others. */
const namesCountFor = 6;

/** Of equal states with equal promises only one is handed out. */
export function* crashes(
  events: readonly Event[],
  o: { moments: ReadonlySet<number>; random: () => number; models?: readonly Model[] },
): Generator<Crash> {
  const disk = new Disk();
  const answers = new Answers();
  const known = new Set<string>();
  for (let at = 0; at <= events.length; at++) {
    // Just before the disk changes again: everything that was promised by then has to be there.
    if (o.moments.has(at)) {
      for (const model of o.models ?? modelNames) {
        const state = stateOf(disk, model, o.random);
        const name = `${answers.count}\n${state.signature}`;
        if (known.has(name)) continue;
        known.add(name);
        yield { at, model, state, answers };
      }
    }
    const event = events[at];
    if (event === undefined) return;
    if (isTalk(event)) answers.take(event);
    else disk.apply(event);
  }
}

/** The disk after all of it. */
export function diskAfter(events: readonly Event[]): Disk {
  const disk = new Disk();
  for (const event of events) if (!isTalk(event)) disk.apply(event);
  return disk;
}

/** So many moments, in order; of all of them, when there are not so many. */
export function chooseMoments(events: readonly Event[], count: number, random: () => number): number[] {
  const weighted: { at: number; order: number }[] = [];
  let named = 0;
  for (const [at, event] of events.entries()) {
    if (!changesDisk(event)) continue;
    if (changesNames(event)) named = at;
    const weight = at - named <= 3 ? namesCountFor : 1;
    weighted.push({ at, order: random() ** (1 / weight) });
  }
  // After all of it, for what was promised last.
  weighted.push({ at: events.length, order: 1 });
  weighted.sort((a, b) => b.order - a.order);
  const chosen = weighted.slice(0, count).map(({ at }) => at);
  return chosen.sort((a, b) => a - b);
}

function changesNames(event: Event): boolean {
  if (event.kind === 'open') return event.create;
  return ['rename', 'unlink', 'mkdir', 'rmdir', 'link'].includes(event.kind);
}

function changesDisk(event: Event): boolean {
  return changesNames(event) || ['write', 'truncate', 'sync-end'].includes(event.kind);
}
