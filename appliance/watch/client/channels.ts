/** Channels and deliveries, as every other daemon sees them. */
import type { Severity, WatchText, Weekly } from './types.ts';

export const languages = ['en', 'fr'] as const;
export type ChannelLanguage = (typeof languages)[number];

/** What a channel is for: all that fits all three. */
export type Takes = {
  least: Severity;
  /** Machines of one of these groups; empty: everything. */
  groups: string[];
  /** Only then. */
  weekly?: Weekly | undefined;
};

export type NewChannel = {
  kind: string;
  name: string;
  enabled: boolean;
  language: ChannelLanguage;
  /** Of the times that are named, as in Europe/Paris. */
  zone: string;
  takes: Takes;
  /** What is of low severity waits for this time of day; null: it is told at once. */
  digestAt: string | null;
  options: Record<string, unknown>;
  /** What is left out stays as it is; null takes it away. Never said again. */
  secrets?: Record<string, string | null> | undefined;
};

export type ChannelStatus = {
  /** Null: the last try went well, or there was none. */
  failingSinceMs: number | null;
  /** What was answered last, in the words of the other side. */
  words: string;
  lastSentMs: number | null;
  waiting: number;
};

export type Channel = Omit<NewChannel, 'secrets'> & {
  id: string;
  /** Names of the secrets that are set. */
  secrets: string[];
  status: ChannelStatus;
};

/** How a form asks for an option: `list` is a text a line, `area` a long text, `machines` numbers of machines. */
export const fieldTypes = ['text', 'number', 'choice', 'flag', 'list', 'area', 'machines'] as const;
export type FieldType = (typeof fieldTypes)[number];

export type ChannelField = {
  name: string;
  about: WatchText;
  /** Beneath it, if there is more to say. */
  hint: WatchText | null;
  isSecret: boolean;
  type: FieldType;
  choices: readonly string[];
  isOptional: boolean;
};
export type ChannelKind = { kind: string; about: WatchText; fields: ChannelField[] };

/** What a test of a channel said. */
export type ChannelTest = {
  delivered: boolean;
  /** What was answered. */
  words: string;
  /** The same in both languages, where it is the box that says it. */
  texts: WatchText | null;
  fingerprint: string | null;
};

export type MailSecurity = 'starttls' | 'tls' | 'none';

/** What a port of a mail server answered. */
export type MailAnswer = {
  port: number;
  answers: boolean;
  /** What it offers; null where nobody answers. */
  security: MailSecurity | null;
  /** The server's own words, or why there are none. */
  words: string;
  /** Of its certificate, if it encrypts. */
  fingerprint: string | null;
  names: string[];
  /** Why nobody vouches for the certificate. */
  doubt: string | null;
};

export type MailOffer = {
  /** The server that was found; of those that were tried, for a mail address. */
  host: string;
  tried: string[];
  answers: MailAnswer[];
  /** Options of a channel; with the fingerprint that a person would have to trust. Null: no port answers. */
  suggestion: { port: number; security: MailSecurity; fingerprint: string | null } | null;
};

export const deliveryStates = ['waiting', 'sent', 'failed', 'expired'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export type DeliveryItem = {
  incident: number;
  kind: 'opened' | 'repeated' | 'recovered';
  severity: Severity;
  text: WatchText;
  more?: WatchText | undefined;
  next?: WatchText | undefined;
  atMs: number;
};

export type Delivery = {
  id: string;
  channel: string;
  state: DeliveryState;
  items: DeliveryItem[];
  madeMs: number;
  /** It gathers what comes until then; null: it goes at once. */
  dueMs: number | null;
  tries: number;
  /** The answer to the last try. */
  words: string;
  doneMs: number | null;
  messageId: string;
  /** Receivers that have not got it yet; null: nobody has. */
  left: string[] | null;
  /** Other channels that were given the same. */
  also: string[];
  /** The channels that it stands in for, the first of them first. */
  instead: string[];
  /** The channel that was given it because this one fails. */
  handedTo: string | null;
};
