/** Incidents without a store: what would be written is kept, time stands where the test puts it. */
import type { Incident, NewSchedule, RuleChange } from '../../appliance/watch/client/types.ts';
import type { Judgement } from '../../appliance/watch/evaluation.ts';
import type { Entry } from '../../appliance/watch/incidents/desk.ts';
import { Schedules } from '../../appliance/watch/incidents/holds.ts';
import { Incidents } from '../../appliance/watch/incidents/incidents.ts';
import { type Effective, RuleBook } from '../../appliance/watch/rules/book.ts';
import { firstOf, type Judge, judgeByRules, type Telling } from '../../appliance/watch/verdict/judge.ts';

export const anne = { who: 'anne', role: 'admin', from: 'test' };

type Company = { mayEnd(incident: Incident): boolean; tellingOf(incident: Incident): Telling };

export class IncidentBench {
  nowMs = 1_800_000_000_000;
  trusted = true;
  entries: Entry[] = [];
  readonly incidents: Incidents;
  readonly schedules = new Schedules();
  readonly #book: RuleBook;

  constructor(
    o: {
      rules?: Record<string, RuleChange>;
      groups?: Record<string, number[]>;
      judge?: Judge;
    } & Partial<Company> = {},
  ) {
    const groups = Object.entries(o.groups ?? {}).map(([id, machines]) => ({ id, name: id, machines }));
    const stored = Object.entries(o.rules ?? {}).map(
      ([id, all]) => [id, { made: null, all, overrides: {} }] as const,
    );
    this.#book = new RuleBook(new Map(stored), groups);
    const under = judgeByRules((rule) => (rule === 'disk' ? 'disk-full' : null));
    this.incidents = new Incidents({
      now: () => ({ wallMs: this.nowMs, trusted: this.trusted }),
      ruleOf: (rule, { machine }) => this.rule(rule, machine ?? 0),
      groupsOf: ({ machine }) => (machine === null ? [] : this.#book.groupsOf(machine)),
      nameOf: (machine) => (machine === 0 ? null : `pc-${machine}`),
      schedules: this.schedules,
      judge: firstOf([...(o.judge ? [o.judge] : []), under]),
      ...(o.mayEnd ? { mayEnd: o.mayEnd } : {}),
      ...(o.tellingOf ? { tellingOf: o.tellingOf } : {}),
      put: (entry) => void this.entries.push(entry),
      onChange: () => undefined,
    });
  }

  rule(id: string, machine: number): Effective | null {
    return this.#book.rulesFor(machine).find((rule) => rule.id === id) ?? null;
  }

  /** A verdict about a machine, and what follows of it at once. */
  judge(
    verdict: Judgement['verdict'],
    o: { rule?: string; machine?: number; subject?: string; evidence?: Judgement['evidence'] } = {},
  ): void {
    const { rule = 'vanished', machine = 1, subject = '', evidence = { silentMs: 120_000 } } = o;
    const judged = this.rule(rule, machine);
    if (judged === null) throw new Error(`no rule ${rule}`);
    this.incidents.judged({ rule: judged, machine, subject, verdict, evidence, atMs: 0 });
    this.incidents.settleFresh();
  }

  pass(ms: number): void {
    this.nowMs += ms;
    this.incidents.settle();
  }

  schedule(kind: NewSchedule['kind'], scopes: NewSchedule['scopes'], forMs: number): void {
    const once = { fromMs: this.nowMs, toMs: this.nowMs + forMs };
    const all = this.schedules.list();
    this.schedules.use([...all, { id: String(all.length), kind, name: kind, scopes, once }]);
  }

  /** Who was told what so far. */
  told(): string[] {
    return this.entries.flatMap(({ occasion }) =>
      occasion === null ? [] : [`${occasion.kind} ${occasion.incident}`],
    );
  }

  notes(): string[] {
    return this.entries.flatMap(({ notes }) => notes.map(({ kind }) => kind.replace('incident.', '')));
  }
}
