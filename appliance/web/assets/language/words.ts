/**
 * Which words the page speaks: two tables with the same keys, placeholders in braces, plurals by the language's own rule.
 * Only the table of the language that is spoken is loaded.
 */
import type { en } from './en.table.ts';

export type Language = 'en' | 'fr';
export const languages = ['en', 'fr'] as const satisfies readonly Language[];
export type Key = keyof typeof en;
type Plural<K> = K extends `${infer Base}.other` ? Base : never;
type Values = Record<string, string | number>;

export type Words<K extends string = Key> = {
  language: Language;
  say(key: K, values?: Values): string;
  count(key: Plural<K>, count: number, values?: Values): string;
  /** With words of pages that are loaded when they are opened. */
  and<M extends string>(more: Record<Language, Record<M, string>>): Words<K | M>;
  /** The text of a key that comes from data, or the fallback when the table has none. */
  maybe(key: string, fallback: string): string;
};

export async function loadWords(language: Language): Promise<Words> {
  const table = language === 'fr' ? (await import('./fr.table.ts')).fr : (await import('./en.table.ts')).en;
  return wordsFrom(language, table);
}

function wordsFrom<K extends string>(language: Language, table: Record<Key | K, string>): Words<Key | K> {
  const plural = new Intl.PluralRules(language);
  const fill = (text: string, values: Values = {}): string =>
    text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  return {
    language,
    say: (key, values) => fill(table[key], values),
    count(key, count, values) {
      const form = plural.select(count) === 'one' ? 'one' : 'other';
      return fill(table[`${key}.${form}` as Key | K], { n: count, ...values });
    },
    and: (more) => wordsFrom(language, { ...table, ...more[language] }),
    maybe: (key, fallback) => (Object.hasOwn(table, key) ? table[key as Key | K] : fallback),
  };
}

/** What the person chose, else the first language of the browser that the page speaks, else what the box speaks. */
export function chooseLanguage(
  stored: string | null,
  preferred: readonly string[],
  box: string | undefined,
): Language {
  const known = (text: string | null | undefined): Language | undefined =>
    languages.find((language) => text?.toLowerCase().slice(0, 2) === language);
  const wished = preferred.map(known).find((language) => language !== undefined);
  return known(stored) ?? wished ?? known(box) ?? 'en';
}
