/** `netmonitor journal cleanup`: shows what would go, asks, and removes it; an entry says who did. */
import type { JournalCleanup } from '../../store/client/types.ts';
import { moment } from '../format.ts';
import { plain, table, toJson } from '../print.ts';
import { parseAge } from '../times.ts';
import { askYesNo } from './ask.ts';
import { type Call, Misuse, textOption } from './verb.ts';

export async function cleanUp(call: Call): Promise<0 | 1> {
  const { terminal, say, box } = call;
  const given = textOption(call, 'older-than');
  const age = given === undefined ? null : parseAge(given);
  if (age === null) throw new Misuse(say('needsAge'));
  const query = { beforeMs: call.nowMs - age, who: call.user, role: 'admin', from: 'console' };
  const preview = await box.store.cleanUpJournal({ ...query, preview: true });
  const yes = call.values.yes === true;
  if (!call.json) show(call, preview);
  if (preview.entries === 0 || (call.json && !yes)) {
    if (call.json) terminal.print(toJson({ preview: true, ...preview }, 2));
    return 0;
  }
  if (!yes && (await askYesNo(call, say('removeThese'))) !== true) {
    terminal.print(say(terminal.interactive ? 'nothingRemoved' : 'nothingRemovedYes'));
    return 1;
  }
  const removed = await box.store.cleanUpJournal({ ...query, preview: false });
  if (call.json) terminal.print(toJson({ preview: false, ...removed }, 2));
  else terminal.print(say('removedEntries', removed.entries));
  return 0;
}

function show(call: Call, { entries, kinds, fromMs, toMs }: JournalCleanup): void {
  const { terminal, say, nowMs, language } = call;
  if (entries === 0) {
    terminal.print(say('nothingOlder'));
    return;
  }
  const [from, to] = [fromMs, toMs].map((ms) => moment(ms ?? 0, nowMs, language));
  terminal.print(say('wouldRemove', entries, from ?? '', to ?? ''));
  const rows = Object.entries(kinds).sort(([, a], [, b]) => b - a);
  const cells = rows.map(([kind, count]) => [{ text: String(count), right: true }, plain(kind)]);
  for (const line of table(
    [{ text: say('countColumn'), right: true }, say('kindColumn')],
    cells,
    terminal.paint,
  ))
    terminal.print(line);
}
