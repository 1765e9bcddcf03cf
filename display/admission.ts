/** Carries out what a person decides at the panel about a waiting machine, and says what came of it. */
import type { IngestClient } from '../appliance/ingest/client/client.ts';
import type { Actor, Waiting } from '../appliance/ingest/client/types.ts';
import { Failure } from '../appliance/runtime/errors.ts';
import type { Action, Notice } from './screens/screen.ts';
import type { Say, WordKey } from './words.ts';

/** Whoever stands in front of the box and presses: nobody signs in there. */
export const atThePanel: Actor = { who: 'panel', role: 'admin', from: 'panel' };

export type Decision = Extract<
  Action,
  { kind: 'select' | 'admit' | 'refuse' | 'open-house' | 'close-house' }
>;
export const isDecision = (action: Action): action is Decision =>
  ['select', 'admit', 'refuse', 'open-house', 'close-house'].includes(action.kind);

export type Outcome = { notice: Notice | null; waiting?: Waiting };

export async function decide(
  ingest: IngestClient,
  decision: Decision,
  { say, by }: { say: Say; by: Actor },
): Promise<Outcome> {
  try {
    switch (decision.kind) {
      case 'select':
        return { notice: null, waiting: await ingest.select(decision.id, by) };
      case 'admit': {
        const machine = await ingest.admit(decision.id, decision.digits, by);
        const key = decision.answered ? 'admittedText' : 'admittedUnanswered';
        const text = say(key, machine.name, machine.machine);
        return { notice: { good: true, title: say('admitted'), text } };
      }
      case 'open-house':
        await ingest.startOpenHouse(by);
        return { notice: null };
      case 'close-house':
        await ingest.stopOpenHouse(by);
        return { notice: null };
      case 'refuse':
        await ingest.refuse(decision.id, by);
        return { notice: { good: true, title: say('refused'), text: say('refusedText', decision.name) } };
    }
  } catch (error) {
    return { notice: { good: false, title: say('failed'), text: reason(error, say) } };
  }
}

const reasons: Partial<Record<Failure['code'], WordKey>> = {
  CONFLICT: 'failConflict',
  UNAVAILABLE: 'failAway',
  CLOSED: 'failAway',
  TIMEOUT: 'failTimeout',
  TOO_MANY: 'failTooMany',
  NOT_FOUND: 'failGone',
};

function reason(error: unknown, say: Say): string {
  const key = error instanceof Failure ? reasons[error.code] : undefined;
  return say(key ?? 'failAway');
}
