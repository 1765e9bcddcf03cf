/** `netmonitor journal verify`: follows the chain of hashes through the whole journal. */
import { toJson } from '../print.ts';
import type { WordKey } from '../words.ts';
import type { Call } from './verb.ts';

const words = {
  damaged: 'chainDamaged',
  removed: 'chainRemoved',
  changed: 'chainChanged',
  moved: 'chainMoved',
  unlinked: 'chainUnlinked',
  unanchored: 'chainUnanchored',
  cut: 'chainCut',
} as const satisfies Record<string, WordKey>;

export async function verify(call: Call): Promise<0 | 1> {
  const { terminal, say } = call;
  const { entries, broken, problems } = await call.box.store.verifyJournal();
  if (call.json) terminal.print(toJson({ whole: broken === null, entries, problems }, 2));
  else if (broken === null) terminal.print(terminal.paint('well', say('chainWhole', entries)));
  else for (const { id, what } of problems) terminal.print(terminal.paint('bad', say(words[what], id)));
  return broken === null ? 0 : 1;
}
