/** What is said on the wire: each message's shape, declared once, with its parser. README.md is the prose. */
import {
  type Check,
  type Checked,
  flag,
  hex,
  integer,
  list,
  object,
  oneOf,
  optional,
  pair,
  parseJson,
  text,
} from './check.ts';
import { checkFacts } from './facts.ts';
import { encodeFrame, type Frame } from './frame.ts';
import { checkKeyHash } from './identity.ts';
import { limits } from './limits.ts';
import { checkMachineName } from './machine-name.ts';
import { Malformed } from './malformed.ts';
import { plainMarks } from './marks.ts';
import { checkNeighbours, checkNeighboursWanted } from './neighbours.ts';
import { checkAssignments, checkResults } from './probes/exchange.ts';
import { checkProcesses } from './processes.ts';
import { checkSeries } from './series.ts';
import { checkServices } from './services.ts';

/** Major versions do not understand each other; a minor one only adds. */
export const protocolVersion: [major: number, minor: number] = [1, 1];

const checkRun = hex(16);
const shortText = text({ max: limits.textLength });
const version = pair(integer({ min: 0, max: 999 }), integer({ min: 0, max: 999 }));
const runMs = integer({ min: 0, max: limits.runMs });
const wallMs = integer({ min: 0, max: 2 ** 48 });
const seq = integer({ min: 0, max: limits.seqMagnitude });
/** What the agent's own clock shows. */
const ownClock = object({ runMs, wallMs, synchronised: flag });
/** Of a run: `sleptMs` is how long the machine had slept since it began, when its monotonic clock stood still. */
const clockPair = object({ runMs, wallMs, synchronised: flag, sleptMs: runMs });
const lostTicks = object({
  run: checkRun,
  first: seq,
  last: seq,
  /** By the machine's own clock. */
  fromMs: wallMs,
  toMs: wallMs,
  synchronised: flag,
  why: oneOf(['full', 'disk', 'damage']),
});
const boxClock = object({ wallMs, trusted: flag });

const errorCodes = [
  'MALFORMED',
  'UNSUPPORTED_VERSION',
  'NOT_ADMITTED',
  'TOO_MANY_SERIES',
  'TOO_MANY_MESSAGES',
  'TOO_MANY_WAITING',
  'BUSY',
  'REMOVED',
  'REPLACED',
  'SHUTTING_DOWN',
] as const;

/** The messages with a JSON body. */
const bodies = {
  // agent to box
  hello: object({
    protocol: version,
    agent: shortText,
    run: checkRun,
    osBoot: checkRun,
    runMs,
    wallMs,
    synchronised: flag,
    name: checkMachineName,
    os: shortText,
    intervalMs: integer({ min: 1_000, max: 300_000 }),
    pinned: flag,
    /** Only to a box that the machine trusts: admits it without a person. */
    token: optional(hex(16)),
  }),
  dictionary: object({
    from: integer({ min: 0, max: limits.placesPerMachine }),
    series: list(checkSeries, { min: 1, max: limits.seriesPerMachine }),
  }),
  events: object({
    events: list(
      object({
        runMs,
        kind: text({ min: 1, max: 64, pattern: /^[a-z][a-z0-9.-]*$/, what: 'an event kind' }),
        text: shortText,
        lost: optional(lostTicks),
      }),
      { min: 1, max: limits.eventsPerMessage },
    ),
  }),
  clocks: object({ run: checkRun, pairs: list(clockPair, { min: 1, max: limits.clockPairs }) }),
  facts: checkFacts,
  services: checkServices,
  processes: checkProcesses,
  probeResults: checkResults,
  neighbours: checkNeighbours,
  goodbye: object({ reason: oneOf(['stop', 'shutdown', 'restart', 'sleep']) }),
  pairNonce: object({ nonce: hex(32) }),
  pairAnswer: object({ same: flag }),
  // box to agent
  welcome: object({
    protocol: version,
    box: checkMachineName,
    version: shortText,
    state: oneOf(['admitted', 'waiting']),
    machine: optional(integer({ min: 1, max: 2 ** 31 })),
    clock: boxClock,
    limits: object({
      frameBytes: integer({ min: 1 }),
      messagesPerSecond: integer({ min: 1 }),
      ticksPerMessage: integer({ min: 1 }),
      series: integer({ min: 1 }),
    }),
  }),
  ack: object({
    run: checkRun,
    seqs: list(pair(seq, seq), { min: 1, max: limits.ackIntervals }),
    clock: optional(object({ runMs, wallMs, trusted: flag })),
  }),
  error: object({
    code: oneOf(errorCodes),
    message: shortText,
    path: optional(shortText),
    retryMs: optional(integer({ min: 0, max: 3_600_000 })),
  }),
  pairCommit: object({ commit: checkKeyHash }),
  pairReveal: object({ nonce: hex(32) }),
  pairEnd: object({}),
  /** For the person at the machine. It is shown as it is; nothing in it is an order. */
  notice: object({
    text: text({ min: 1, max: limits.noticeLength, pattern: plainMarks, what: 'a notice of one line' }),
  }),
  processesWanted: object({ id: integer({ min: 0, max: 2 ** 32 - 1 }) }),
  probeAssignments: checkAssignments,
  neighboursWanted: checkNeighboursWanted,
  admitted: object({ machine: integer({ min: 1, max: 2 ** 31 }) }),
  refused: object({ retryMs: integer({ min: 0, max: 3_600_000 }) }),
  // both ways
  ping: object({ id: integer({ min: 0, max: 2 ** 32 - 1 }), clock: optional(ownClock) }),
  pong: object({ id: integer({ min: 0, max: 2 ** 32 - 1 }), clock: optional(ownClock) }),
} satisfies Record<string, Check<unknown>>;

type Bodies = typeof bodies;
export type MessageKind = keyof Bodies;
export type Body<K extends MessageKind> = Checked<Bodies[K]>;
export type JsonMessage = { [K in MessageKind]: { kind: K; body: Body<K> } }[MessageKind];
/** Samples are a chain over the whole connection: `SamplesDecoder` reads them. */
export type Message = JsonMessage | { kind: 'samples'; body: Uint8Array };
export type Hello = Body<'hello'>;
export type Welcome = Body<'welcome'>;
export type ErrorCode = (typeof errorCodes)[number];

/** The type byte of each message. 11 to 13 are kept for what README.md names. */
export const messageTypes = {
  hello: 1,
  welcome: 2,
  dictionary: 3,
  samples: 4,
  ack: 5,
  events: 6,
  facts: 7,
  services: 8,
  probeAssignments: 9,
  probeResults: 10,
  goodbye: 14,
  ping: 15,
  pong: 16,
  error: 17,
  pairCommit: 18,
  pairNonce: 19,
  pairReveal: 20,
  pairAnswer: 21,
  pairEnd: 22,
  admitted: 23,
  refused: 24,
  notice: 25,
  clocks: 26,
  processesWanted: 27,
  processes: 28,
  neighboursWanted: 29,
  neighbours: 30,
} as const satisfies Record<MessageKind | 'samples', number>;

const kindByType = new Map<number, MessageKind | 'samples'>(
  Object.entries(messageTypes).map(([kind, type]) => [type, kind as MessageKind | 'samples']),
);

/** Types that a later version may send; they are passed over, never an error. */
export function isReservedType(type: number): boolean {
  return !kindByType.has(type) && ((type >= 8 && type <= 13) || (type >= 25 && type <= 127));
}

/** `null` for a reserved type, which is passed over; Malformed for what nobody may send. */
export function parseMessage(frame: Frame): Message | null {
  const kind = kindByType.get(frame.type);
  if (kind === undefined) {
    if (isReservedType(frame.type)) return null;
    throw new Malformed('UNKNOWN_MESSAGE', '', `there is no message of type ${frame.type}`);
  }
  if (kind === 'samples') return { kind, body: frame.body };
  return { kind, body: bodies[kind](parseJson(frame.body)) } as JsonMessage;
}

/** A whole frame, ready to send. */
export function encodeMessage<K extends MessageKind>(kind: K, body: Body<K>): Uint8Array {
  return encodeFrame(messageTypes[kind], Buffer.from(JSON.stringify(body), 'utf8'));
}
