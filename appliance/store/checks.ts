/** Parsers of everything that comes from the socket or from the disk as JSON. */
import {
  type Check,
  flag,
  hex,
  integer,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  text,
} from '../protocol/check.ts';
import { checkFacts } from '../protocol/facts.ts';
import { limits } from '../protocol/limits.ts';
import { checkMachineName } from '../protocol/machine-name.ts';
import { Malformed } from '../protocol/malformed.ts';
import { checkProbeId } from '../protocol/probes/exchange.ts';
import { checkSeries } from '../protocol/series.ts';
import { Failure } from '../runtime/errors.ts';
import { machineStates, type RecordWrite } from './client/types.ts';

const short = text({ max: limits.textLength });
const machineNumber = integer({ min: 1, max: 2 ** 32 - 1 });
const date = number();

export const checkAdmission = object({
  ...{ key: hex(32), name: checkMachineName, by: short, local: flag },
  same: optional(machineNumber),
});

export const checkPatch = object({
  state: optional(oneOf(machineStates)),
  name: optional(checkMachineName),
  facts: optional(checkFacts),
  run: optional(hex(16)),
});

/** A machine as the registry keeps it; what follows from its samples is added when it is read. */
export const checkStoredMachine = object({
  machine: machineNumber,
  key: hex(32),
  // Also one that an earlier version took.
  name: text({ min: 1, max: limits.hostNameLength }),
  state: oneOf(machineStates),
  stateSinceMs: date,
  admittedMs: date,
  admittedBy: short,
  local: flag,
  facts: nullable(checkFacts),
  run: nullable(hex(16)),
  /** Removed machines stay as their numbers, so that their history can be found and deleted. */
  removedMs: optional(date),
  /** Keys that it had before a person said that a new one is the same machine. */
  formerKeys: optional(list(hex(32), { max: 64 })),
});

export const checkSeriesList = object({
  series: list(checkSeries, { max: limits.seriesPerMachine }),
  probes: optional(list(checkProbeId, { max: limits.probesPerMachine })),
});

/** Who does something, from where. */
export const checkActor = { who: short, role: short, from: short };

const sentence = text({ max: 4 * limits.textLength });

export const checkNote = object({
  kind: text({ min: 1, max: 64, pattern: /^[a-z0-9]+([.-][a-z0-9]+)*$/, what: 'a kind such as sign-in.ok' }),
  ...checkActor,
  machine: optional(nullable(machineNumber)),
  text: object({ en: sentence, fr: sentence }),
  details: optional(jsonObject(8192)),
});

export const checkEntry = object({
  id: integer({ min: 1 }),
  atMs: date,
  trusted: flag,
  kind: short,
  who: short,
  role: short,
  from: short,
  machine: nullable(machineNumber),
  text: object({ en: sentence, fr: sentence }),
  details: jsonObject(16_384),
  before: hex(32),
  hash: hex(32),
});

const seenRun = object({
  run: hex(16),
  touchedMs: date,
  bounds: list(integer({ min: 0 }), { max: 4096 }),
  zeroMs: optional(date),
});
export const checkSeenRuns = list(seenRun, { max: 4096 });

export const checkSection = text({ min: 1, max: 64, pattern: /^[a-z0-9]+([.-][a-z0-9]+)*$/, what: 'a name' });
export const checkRecordKey = text({ min: 1, max: 200 });

const value = json(65_536);
/** A value of settings and records: any JSON, within a size. */
export const checkValue = object({ value });

export const checkVersion = hex(8);
const ifVersion = optional(nullable(checkVersion));
export const checkPut = object({ value, ifVersion });

const named = { namespace: checkSection, key: checkRecordKey, ifVersion };
const checkRecordWrite: Check<RecordWrite> = (given, path) => {
  const { delete: deletes, ...write } = object({ ...named, value: optional(value), delete: optional(flag) })(
    given,
    path,
  );
  if (deletes === true && write.value === undefined) return { ...write, delete: true };
  return { ...write, value: value(write.value, `${path}.value`) };
};
export const checkWrites = object({
  writes: list(checkRecordWrite, { min: 1, max: 64 }),
  notes: optional(list(checkNote, { max: 32 })),
});

/** What is read and written again by functions that call themselves. */
const deepest = 32;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((one) => isDeeper(one, levels - 1));
}

function json(most: number): Check<NonNullable<unknown> | null> {
  return (value, path = '') => {
    if (value === undefined) throw new Malformed('MISSING', path, 'a value is missing');
    if (isDeeper(value, deepest)) {
      throw new Malformed('TOO_LONG', path, `the JSON is more than ${deepest} levels deep`);
    }
    const size = JSON.stringify(value).length;
    if (size > most)
      throw new Malformed('TOO_LONG', path, `${size} characters of JSON are more than ${most}`);
    return value;
  };
}

function jsonObject(most: number): Check<Record<string, unknown>> {
  const sized = json(most);
  return (value, path = '') => {
    const checked = sized(value, path);
    if (typeof checked !== 'object' || checked === null || Array.isArray(checked)) {
      throw new Malformed('WRONG_TYPE', path, 'an object is wanted');
    }
    return checked as Record<string, unknown>;
  };
}

/** What a caller sent wrong, said to the caller. */
export function asked<T>(check: Check<T>, value: unknown, path?: string): T {
  return refusing(() => check(value, path));
}

export function refusing<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Failure('BAD_REQUEST', error.message, { cause: error, path: error.path });
  }
}
