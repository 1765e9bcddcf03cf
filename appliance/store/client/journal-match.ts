/** Which entries of the journal a question means: the same for what is read from the disk and for what just happens. */
import type { JournalEntry, JournalQuery } from './types.ts';

const combining = /[\u0300-\u036f]/g;
const beyondAscii = /[^ -~]/;
/** What a person types instead of a letter that no decomposition takes apart. */
const spelled: readonly [RegExp, string][] = [
  [/œ/g, 'oe'],
  [/æ/g, 'ae'],
  [/ø/g, 'o'],
  [/ß/g, 'ss'],
  [/[\u2018\u2019\u02bc]/g, "'"],
];

/** Lower case without accents: `Éteinte` and `eteinte` are the same. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  if (!beyondAscii.test(lower)) return lower;
  const bare = lower.normalize('NFD').replace(combining, '');
  return spelled.reduce((result, [letter, plain]) => result.replace(letter, plain), bare);
}

/** The parts of words that all have to occur, folded. */
export function wordsOf(text: string): string[] {
  return fold(text)
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** All that a search looks at, in both languages. */
export function searchedText({ text, who, from, kind }: JournalEntry): string {
  return fold(`${text.en}\n${text.fr}\n${who}\n${from}\n${kind}`);
}

/** `machine`, `machine.` and `machine.*` mean all kinds below it and itself. */
export function kindMatcher(wanted: string): (kind: string) => boolean {
  const name = wanted.replace(/\.?\*?$/, '');
  return (kind) => kind === name || name === '' || kind.startsWith(`${name}.`);
}

export function journalMatcher(query: JournalQuery): (entry: JournalEntry) => boolean {
  const { kind, machine, text, fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = query;
  const isKind = kind === undefined ? null : kindMatcher(kind);
  const words = text === undefined ? [] : wordsOf(text);
  return (entry) => {
    if (isKind !== null && !isKind(entry.kind)) return false;
    if (machine !== undefined && entry.machine !== machine) return false;
    if (entry.atMs < fromMs || entry.atMs >= toMs) return false;
    if (words.length === 0) return true;
    const searched = searchedText(entry);
    return words.every((word) => searched.includes(word));
  };
}
