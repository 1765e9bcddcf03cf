/** What people have said: rules, groups and schedules. On disk, with an entry in the journal, before it counts. */
import { randomBytes } from 'node:crypto';
import { Failure } from '../../runtime/errors.ts';
import type { Note, RecordWrite, StoreClient } from '../../store/client/client.ts';
import type {
  Actor,
  Group,
  NewRule,
  NewSchedule,
  Rule,
  RuleChange,
  Schedule,
  Scope,
  WatchText,
} from '../client/types.ts';
import { noSuch } from '../refused.ts';
import { RuleBook, type StoredRule } from '../rules/book.ts';
import { builtIn } from '../rules/defaults.table.ts';
import { readStored, records } from './stored.ts';

export type Library = {
  load(): Promise<void>;
  book(): RuleBook;
  groups(): Group[];
  schedules(): Schedule[];
  createRule(rule: NewRule, by: Actor): Promise<Rule>;
  changeRule(id: string, scope: Scope, change: RuleChange, by: Actor): Promise<Rule>;
  removeRule(id: string, by: Actor): Promise<void>;
  createSchedule(schedule: NewSchedule, by: Actor): Promise<Schedule>;
  changeSchedule(id: string, schedule: NewSchedule, by: Actor): Promise<Schedule>;
  removeSchedule(id: string, by: Actor): Promise<void>;
  putGroup(group: Group, by: Actor): Promise<Group>;
  removeGroup(id: string, by: Actor): Promise<void>;
};

const most = 1000;
const letters = 'abcdefghijklmnopqrstuvwxyz234567';
const freshId = () => Array.from(randomBytes(8), (byte) => letters[byte % 32]).join('');

export function createLibrary(o: {
  store: Pick<StoreClient, 'records' | 'writeRecords'>;
  nameOf(machine: number): string | null;
  probeNameOf?(id: string): string | null;
  /** Something counts that did not before. */
  onChange(what: 'rules' | 'groups' | 'schedules'): void;
}): Library {
  const rules = new Map<string, StoredRule>();
  const groups = new Map<string, Group>();
  const schedules = new Map<string, Schedule>();
  let book = new RuleBook(rules, []);
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const rebind = () => {
    book = new RuleBook(new Map(rules), [...groups.values()]);
  };
  const write = (write: RecordWrite, kind: string, by: Actor, text: WatchText, details: Note['details']) =>
    o.store.writeRecords([write], [{ ...by, kind, text, ...(details ? { details } : {}) }]);
  const known = <T>(map: ReadonlyMap<string, T>, id: string, what: 'group' | 'schedule'): T => {
    const found = map.get(id);
    if (found === undefined) throw noSuch(what, id);
    return found;
  };
  const assertRoom = (map: ReadonlyMap<string, unknown>) => {
    if (map.size >= most)
      throw new Failure('TOO_MANY', {
        en: `there are ${most} already: remove one first`,
        fr: `il y en a déjà ${most} : supprimez-en un d’abord`,
      });
  };
  const ruleNamed = (id: string): Rule => {
    const rule = book.rule(id);
    if (rule === null) throw noSuch('rule', id);
    return rule;
  };
  const saveRule = async (
    id: string,
    stored: StoredRule | null,
    kind: string,
    by: Actor,
    text: WatchText,
  ) => {
    const at = { namespace: records.rules, key: id };
    const record: RecordWrite = stored === null ? { ...at, delete: true } : { ...at, value: stored };
    await write(record, kind, by, text, { rule: id, ...(stored === null ? {} : { now: stored.all }) });
    if (stored === null) rules.delete(id);
    else rules.set(id, stored);
    rebind();
    o.onChange('rules');
  };
  const saveSchedule = async (id: string, schedule: Schedule | null, by: Actor, text: WatchText) => {
    const at = { namespace: records.schedules, key: id };
    const record: RecordWrite = schedule === null ? { ...at, delete: true } : { ...at, value: schedule };
    const kind = schedule === null ? 'schedule.removed' : 'schedule.changed';
    await write(record, kind, by, text, { schedule: id });
    if (schedule === null) schedules.delete(id);
    else schedules.set(id, schedule);
    o.onChange('schedules');
  };
  const saveGroup = async (id: string, group: Group | null, by: Actor, text: WatchText) => {
    const at = { namespace: records.groups, key: id };
    const record: RecordWrite = group === null ? { ...at, delete: true } : { ...at, value: group };
    await write(record, group === null ? 'group.removed' : 'group.changed', by, text, { group: id });
    if (group === null) groups.delete(id);
    else groups.set(id, group);
    rebind();
    o.onChange('groups');
  };

  return {
    load: () =>
      inTurn(async () => {
        const stored = await readStored(o.store);
        for (const [map, found] of [
          [rules, stored.rules],
          [groups, stored.groups],
          [schedules, stored.schedules],
        ] as [Map<string, unknown>, Map<string, unknown>][]) {
          map.clear();
          for (const [id, value] of found) map.set(id, value);
        }
        rebind();
      }),
    book: () => book,
    groups: () => [...groups.values()],
    schedules: () => [...schedules.values()],
    createRule: (rule, by) =>
      inTurn(async () => {
        assertRoom(rules);
        const id = freshId();
        const text = said(
          by,
          { en: 'made', fr: 'a créé' },
          { en: `the rule “${rule.name}”`, fr: `la règle « ${rule.name} »` },
        );
        await saveRule(id, { made: rule, all: {}, overrides: {} }, 'rule.made', by, text);
        return ruleNamed(id);
      }),
    changeRule: (id, scope, change, by) =>
      inTurn(async () => {
        const { name } = ruleNamed(id);
        const before = rules.get(id) ?? { made: null, all: {}, overrides: {} };
        const { [scope]: _, ...others } = before.overrides;
        const isEmpty = Object.keys(change).length === 0;
        const stored: StoredRule =
          scope === 'all'
            ? { ...before, all: change }
            : { ...before, overrides: isEmpty ? others : { ...others, [scope]: change } };
        const where = scopeWords(scope, groups, o);
        const text = said(
          by,
          { en: 'changed', fr: 'a modifié' },
          { en: `the rule “${name.en}”${where.en}`, fr: `la règle « ${name.fr} »${where.fr}` },
        );
        await saveRule(id, stored, 'rule.changed', by, text);
        return ruleNamed(id);
      }),
    removeRule: (id, by) =>
      inTurn(async () => {
        const { name } = ruleNamed(id);
        if (Object.hasOwn(builtIn, id))
          throw new Failure(
            'CONFLICT',
            {
              en: `${id} comes with the program: switch it off instead`,
              fr: `${id} est fournie avec le programme : désactivez-la plutôt`,
            },
            { path: 'rule' },
          );
        const text = said(
          by,
          { en: 'removed', fr: 'a supprimé' },
          { en: `the rule “${name.en}”`, fr: `la règle « ${name.fr} »` },
        );
        await saveRule(id, null, 'rule.removed', by, text);
      }),
    createSchedule: (schedule, by) =>
      inTurn(async () => {
        assertRoom(schedules);
        const made = { ...schedule, id: freshId() };
        await saveSchedule(made.id, made, by, said(by, { en: 'made', fr: 'a créé' }, scheduleWords(made)));
        return made;
      }),
    changeSchedule: (id, schedule, by) =>
      inTurn(async () => {
        known(schedules, id, 'schedule');
        const changed = { ...schedule, id };
        await saveSchedule(
          id,
          changed,
          by,
          said(by, { en: 'changed', fr: 'a modifié' }, scheduleWords(changed)),
        );
        return changed;
      }),
    removeSchedule: (id, by) =>
      inTurn(async () => {
        const text = said(
          by,
          { en: 'removed', fr: 'a supprimé' },
          scheduleWords(known(schedules, id, 'schedule')),
        );
        await saveSchedule(id, null, by, text);
      }),
    putGroup: (group, by) =>
      inTurn(async () => {
        if (!groups.has(group.id)) assertRoom(groups);
        const { parent } = group;
        if (parent !== undefined && (o.probeNameOf?.(parent) ?? null) === null)
          throw new Failure(
            'NOT_FOUND',
            {
              en: `there is no probe ${parent}: make one of the switch first`,
              fr: `il n’y a pas de sonde ${parent} : créez d’abord celle du commutateur`,
            },
            { path: 'group.parent' },
          );
        const text = said(
          by,
          { en: 'changed', fr: 'a modifié' },
          {
            en: `the group “${group.name}” (${group.machines.length} machines)`,
            fr: `le groupe « ${group.name} » (${group.machines.length} machines)`,
          },
        );
        await saveGroup(group.id, group, by, text);
        return group;
      }),
    removeGroup: (id, by) =>
      inTurn(async () => {
        const { name } = known(groups, id, 'group');
        const text = said(
          by,
          { en: 'removed', fr: 'a supprimé' },
          { en: `the group “${name}”`, fr: `le groupe « ${name} »` },
        );
        await saveGroup(id, null, by, text);
      }),
  };
}

function said({ who }: Actor, deed: WatchText, what: WatchText): WatchText {
  return { en: `${who} ${deed.en} ${what.en}`, fr: `${who} ${deed.fr} ${what.fr}` };
}

function scheduleWords({ name }: Pick<Schedule, 'name'>): WatchText {
  return { en: `the timetable “${name}”`, fr: `l’horaire « ${name} »` };
}

function scopeWords(
  scope: Scope,
  groups: ReadonlyMap<string, Group>,
  o: { nameOf(machine: number): string | null; probeNameOf?(id: string): string | null },
): WatchText {
  if (scope === 'all') return { en: '', fr: '' };
  const [kind = '', id = ''] = scope.split(':');
  const found =
    kind === 'group' ? groups.get(id)?.name : kind === 'probe' ? o.probeNameOf?.(id) : o.nameOf(Number(id));
  const name = found ?? id;
  return { en: ` for ${name}`, fr: ` pour ${name}` };
}
