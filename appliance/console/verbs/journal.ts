/** `netmonitor journal`: what happened, newest last, and with --follow what happens. */
import type { JournalEntry } from '../../store/client/types.ts';
import { moment } from '../format.ts';
import { plain, toJson } from '../print.ts';
import { type Call, textOption, type Verb, wholeNumber } from './verb.ts';

export const journal: Verb = {
  about: { en: 'show the last entries of the journal', fr: 'montrer les dernières entrées du journal' },
  usage: '',
  mostWords: 0,
  options: {
    limit: {
      type: 'string',
      value: 'N',
      about: { en: 'at most N entries (20)', fr: 'au plus N entrées (20)' },
    },
    kind: {
      type: 'string',
      value: 'KIND',
      about: { en: 'only this kind, as machine.admitted', fr: 'seulement ce genre, comme machine.admitted' },
    },
    text: {
      type: 'string',
      value: 'TEXT',
      about: { en: 'only entries that contain TEXT', fr: 'seulement les entrées qui contiennent TEXT' },
    },
    follow: {
      type: 'boolean',
      about: {
        en: 'go on with what happens, until Ctrl-C',
        fr: 'continuer avec ce qui arrive, jusqu’à Ctrl-C',
      },
    },
  },
  async run(call) {
    const limit = wholeNumber(call, 'limit', { min: 1, max: 1000, otherwise: 20 });
    const [kind, text] = [textOption(call, 'kind'), textOption(call, 'text')];
    const query = { limit, ...(kind !== undefined && { kind }), ...(text !== undefined && { text }) };
    if (call.values.follow === true) return follow(call, query);
    const entries = (await call.box.store.journal(query)).sort((a, b) => a.id - b.id);
    if (call.json) call.terminal.print(toJson({ entries }, 2));
    else if (entries.length === 0) call.terminal.print(call.say('journalEmpty'));
    else {
      for (const entry of entries) call.terminal.print(line(call, entry));
      if (entries.some((entry) => !entry.trusted))
        call.terminal.print(call.terminal.paint('soft', call.say('tilde')));
    }
    return 0;
  },
};

type Query = { limit: number; kind?: string; text?: string };

function line(call: Call, entry: JournalEntry): string {
  const when = `${entry.trusted ? ' ' : '~'}${moment(entry.atMs, call.nowMs, call.language)}`;
  const who = [entry.who, entry.from].filter((part) => part !== '').join(', ');
  const { paint } = call.terminal;
  const text = plain(entry.text[call.language]);
  return `${when.padEnd(6)}  ${text}  ${paint('soft', plain(`[${entry.kind}${who === '' ? '' : `; ${who}`}]`))}`;
}

/** Listens first and reads then, so that nothing falls between the two. JSON is one entry a line. */
function follow(call: Call, query: Query): Promise<0> {
  const { store } = call.box;
  let lastId = 0;
  const show = (entry: JournalEntry) => {
    if (entry.id <= lastId || !matches(entry, query, call)) return;
    lastId = entry.id;
    call.terminal.print(call.json ? toJson(entry) : line(call, entry));
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

function matches(entry: JournalEntry, { kind, text }: Query, call: Call): boolean {
  if (kind !== undefined && entry.kind !== kind) return false;
  return text === undefined || entry.text[call.language].toLowerCase().includes(text.toLowerCase());
}
