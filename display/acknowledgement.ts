/** A person at the panel knows of something: the watch tells nobody again, and the panel says what came of it. */
import { Failure } from '../appliance/runtime/errors.ts';
import type { WatchClient } from '../appliance/watch/client/client.ts';
import type { Actor } from '../appliance/watch/client/types.ts';
import type { Action, Notice } from './screens/screen.ts';
import type { Say } from './words.ts';

type Acknowledge = Extract<Action, { kind: 'acknowledge' }>;

export async function acknowledge(
  watch: Pick<WatchClient, 'acknowledge'>,
  { id, text }: Acknowledge,
  { say, by }: { say: Say; by: Actor },
): Promise<Notice> {
  try {
    await watch.acknowledge(id, { note: '', untilMs: null }, by);
    return { good: true, title: say('noted'), text: say('notedText', text) };
  } catch (error) {
    const isOver = error instanceof Failure && error.code === 'NOT_FOUND';
    return {
      good: isOver,
      title: say(isOver ? 'isOver' : 'failed'),
      text: isOver ? text : say('failWatchAway'),
    };
  }
}
