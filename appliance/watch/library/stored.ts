/** Rules, groups and schedules as they stand in the store. What cannot be read is left out, and the rest counts. */
import { type Check, nullable, object } from '../../protocol/check.ts';
import { Malformed } from '../../protocol/malformed.ts';
import type { StoreClient } from '../../store/client/client.ts';
import type { Group, RuleChange, Schedule } from '../client/types.ts';
import type { StoredRule } from '../rules/book.ts';
import { builtIn } from '../rules/defaults.table.ts';
import { kindNamed } from '../rules/index.ts';
import { checkChange, checkNewRule } from '../rules/options.ts';
import { checkGroup, checkSchedule, checkScope } from './checks.ts';

export const records = {
  rules: 'watch.rules',
  groups: 'watch.groups',
  schedules: 'watch.schedules',
} as const;

export type Stored = {
  rules: Map<string, StoredRule>;
  groups: Map<string, Group>;
  schedules: Map<string, Schedule>;
};

export async function readStored(store: Pick<StoreClient, 'records'>): Promise<Stored> {
  const [rules, groups, schedules] = await Promise.all([
    store.records(records.rules),
    store.records(records.groups),
    store.records(records.schedules),
  ]);
  const readable = <T>(found: typeof rules, read: (id: string, value: unknown) => T) =>
    new Map(
      found.flatMap(({ key, value }): [string, T][] => {
        const one = tried(() => read(key, value));
        return one === null ? [] : [[key, one]];
      }),
    );
  return {
    rules: readable(rules, readRule),
    groups: readable(groups, (id, value) => ({ ...checkGroup(value), id })),
    schedules: readable(schedules, (id, value) => ({ ...checkSchedule(value), id })),
  };
}

function tried<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return null;
  }
}

const anything: Check<unknown> = (value) => value;
const checkStored = object({ made: nullable(checkNewRule), all: anything, overrides: anything });

function readRule(id: string, value: unknown): StoredRule {
  const { made, all, overrides } = checkStored(value);
  const kind = kindNamed(Object.hasOwn(builtIn, id) ? builtIn[id]!.kind : (made?.kind ?? ''));
  if (kind === undefined)
    throw new Malformed('OUT_OF_RANGE', 'made', {
      en: 'no such kind of rule',
      fr: 'il n’y a pas de règle de cette sorte',
    });
  const change = checkChange(kind);
  const read: Record<string, RuleChange> = {};
  for (const [scope, said] of Object.entries(overrides ?? {}))
    read[checkScope(scope)] = change(said, `overrides.${scope}`);
  return { made, all: change(all, 'all'), overrides: read };
}
