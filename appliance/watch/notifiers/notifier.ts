/** What a channel is: options that are declared once, and one function that delivers a letter or says why it could not. */
import type { Check } from '../../protocol/check.ts';
import type { FieldType } from '../client/channels.ts';
import type { Severity, WatchText } from '../client/types.ts';
import type { Reach } from './reach.ts';

/** `more`: whom a cause takes along, or who came back. */
export type LetterItem = {
  incident: number;
  severity: Severity;
  isGood: boolean;
  /** How bad it is, or that it is over, in a word. */
  label: string;
  when: string;
  text: string;
  more?: string;
  /** What a person does about it. */
  next?: string;
};

/** What somebody is told, in the language of the channel. */
export type Letter = {
  /** The same for each try, so that a receiver can tell that it has it already. */
  messageId: string;
  /** What it is about, so that letters of one incident stand together. */
  thread: string | null;
  severity: Severity;
  /** Everything in it is over. */
  isGood: boolean;
  subject: string;
  /** Above several items, where the subject says what they are. */
  heading?: string;
  /** The page of what it is about, and what is said of that; null: nobody knows where the page is. */
  link: { url: string; text: string } | null;
  /** Whose clock its times are of. */
  times: string;
  items: readonly LetterItem[];
  /** How late it is, whom it stands in for. */
  notes: readonly string[];
  /** When it happened, and when this is said: whoever sorts by date must not find a late message among old ones. */
  atMs: number;
  saidMs: number;
  /** A person tries the channel. */
  isTest: boolean;
};

export type Field<T> = {
  check: Check<T>;
  about: WatchText;
  /** What a person has to know to fill it in. */
  hint?: WatchText;
  /** How a form asks for it: a line of text unless it says otherwise. */
  type?: FieldType;
  choices?: readonly string[];
  isOptional?: boolean;
  /** Never shown again, and kept where only the watch reads. */
  isSecret?: boolean;
  /** Says who gets the secrets: whoever changes it has to type them again. */
  isBound?: boolean;
};

export type Order<O> = {
  options: O;
  letter: Letter;
  /** Those who have not got it yet, of a channel with several receivers; null: all. */
  left: readonly string[] | null;
  reach: Reach;
  timeoutMs: number;
  signal: AbortSignal;
};

/** `left`: some have not got it and may yet. */
export type Outcome = { words: string; left: readonly string[] };

export type Notifier<O> = {
  about: WatchText;
  fields: { readonly [K in keyof O]-?: Field<O[K]> };
  /** It shows that something is wrong and not what: nothing was said to anybody. */
  isWordless?: true;
  /** What comes sooner after the last one would not be shown. */
  apartMs?: number;
  /** What each field alone cannot tell; throws Malformed. */
  assertFits?(options: O): void;
  /** The server that it goes to, and the field that says so. */
  serverOf?(options: O): { field: keyof O & string; host: string };
  send(order: Order<O>): Promise<Outcome>;
};

/** All that is said, a line each. */
export function linesOf({ items, notes }: Pick<Letter, 'items' | 'notes'>): string[] {
  return [
    ...notes,
    ...items.flatMap(({ text, more, next }) => [text, more, next].filter((one) => one !== undefined)),
  ];
}

/** Not delivered, in the words of who refused it. */
export class Undelivered extends Error {
  /** Trying again would change nothing. */
  readonly isFinal: boolean;
  /** The other side heard it and refused this one: another message it may take. */
  readonly isOfMessage: boolean;
  /** Of the certificate that was not trusted: a person may say that it is. */
  readonly fingerprint: string | null;
  /** What is not the other side's words but ours, in both languages. */
  readonly texts: WatchText | null;

  constructor(
    words: string | WatchText,
    o: { isFinal?: boolean; isOfMessage?: boolean; fingerprint?: string | null; cause?: unknown } = {},
  ) {
    super(plainWords(typeof words === 'string' ? words : words.en), { cause: o.cause });
    this.name = 'Undelivered';
    this.isFinal = o.isFinal ?? false;
    this.isOfMessage = o.isOfMessage ?? this.isFinal;
    this.fingerprint = o.fingerprint ?? null;
    this.texts = typeof words === 'string' ? null : { en: plainWords(words.en), fr: plainWords(words.fr) };
  }
}

const mostWords = 500;

/** Words of a stranger, on one line and of bearable length. */
export function plainWords(words: string): string {
  return words
    .replaceAll(/[^ -~\u00a0-\u{10ffff}]+/gu, ' ')
    .trim()
    .slice(0, mostWords);
}
