/** `netmonitor journal --follow`: the last entries, then those that come. */
import { journalMatcher } from '../../store/client/journal-match.ts';
import type { JournalEntry, JournalQuery } from '../../store/client/types.ts';
import { toJson } from '../print.ts';
import type { Call } from './verb.ts';

/** Listens first and reads then, so that nothing falls between the two. JSON is one entry a line. */
export function follow(call: Call, query: JournalQuery, line: (entry: JournalEntry) => string): Promise<0> {
  const { store } = call.box;
  const matches = journalMatcher(query);
  let lastId = 0;
  const show = (entry: JournalEntry) => {
    if (entry.id <= lastId || !matches(entry)) return;
    lastId = entry.id;
    call.terminal.print(call.json ? toJson(entry) : line(entry));
  };
  return new Promise((resolve, reject) => {
    const stream = store.changes(
      { topics: ['journal'] },
      {
        // Also after a restart of the store: what was written meanwhile is read from the journal.
        onUp: () => {
          store.journal(query).then((entries) => entries.sort((a, b) => a.id - b.id).forEach(show), fail);
        },
        onChange: (change) => {
          if (change.topic === 'journal') show(change.entry);
        },
        onDown: (error) => {
          if (lastId === 0) fail(error);
        },
      },
    );
    const fail = (error: unknown) => {
      stream.stop();
      reject(error);
    };
    call.signal.addEventListener('abort', () => {
      stream.stop();
      resolve(0);
    });
  });
}
