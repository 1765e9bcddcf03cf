/** What is judged, and by which rules: each machine, the box itself, each probe. Machines are their numbers, probes below 0. */
import type { Ending } from './client/types.ts';
import { boxItself, type Evaluation, judgesSeries } from './evaluation.ts';
import type { Subject } from './incidents/holds.ts';
import type { Incidents } from './incidents/incidents.ts';
import type { Effective, RuleBook } from './rules/book.ts';
import type { Presence } from './rules/rule.ts';
import { keptOfProbes, probeIdOf } from './verdict/probe-series.ts';

type JudgedProbe = { id: string; groups: readonly string[]; builtIn: boolean };

export type PlacesOptions = {
  evaluation: Evaluation;
  incidents: Pick<Incidents, 'list' | 'close'>;
  book(): RuleBook;
  /** The probe that a number below 0 stands for, and the number of a probe. */
  probeAt(place: number): JudgedProbe | undefined;
  placeOfProbe(id: string): number | undefined;
  presenceOf(place: number): Presence;
  atMs(): number;
  /** Begins anew: its past has to be shown again. */
  onBegin(place: number, rules: readonly Effective[]): void;
};

export class Places {
  readonly #o: PlacesOptions;
  readonly #rules = new Map<number, readonly Effective[]>();

  constructor(o: PlacesOptions) {
    this.#o = o;
  }

  get hasBox(): boolean {
    return this.#rules.has(boxItself);
  }

  /** Of machine, box or probe; undefined when it is none that is judged. */
  placeOf({ machine, subject }: Subject): number | undefined {
    const probe = machine === null ? probeIdOf(subject) : null;
    return probe === null ? (machine ?? boxItself) : this.#o.placeOfProbe(probe);
  }

  ruleOf(rule: string, of: Subject): Effective | null {
    const place = this.placeOf(of);
    return (place === undefined ? undefined : this.#rules.get(place))?.find(({ id }) => id === rule) ?? null;
  }

  groupsOf({ machine, subject }: Subject): readonly string[] {
    if (machine !== null) return this.#o.book().groupsOf(machine);
    const place = this.placeOf({ machine, subject });
    return place === undefined ? [] : (this.#o.probeAt(place)?.groups ?? []);
  }

  /** All series that some rule judges for some machine, and what rules about probes are made of. */
  patterns(): string[] {
    const metrics = this.#o.book().metrics();
    const kept = metrics.filter((metric) => !metric.startsWith('box.') && probeIdOf(metric) === null);
    return [...kept, ...Object.values(keptOfProbes).map((prefix) => `${prefix}*`)];
  }

  /** Anew, with the rules that hold now; what is open goes on, unless its rule does not hold any more. */
  begin(place: number): void {
    const { evaluation, incidents } = this.#o;
    const rules = this.#rulesOf(place);
    this.#rules.set(place, rules);
    const atMs = this.#o.atMs();
    const presence = this.#o.presenceOf(place);
    evaluation.watch(place, rules, presence, atMs);
    for (const { rule, machine, subject } of incidents.list()) {
      if (this.placeOf({ machine, subject }) !== place) continue;
      const holds = rules.find(({ id }) => id === rule);
      const isJudged = holds !== undefined && (subject === '' || judgesSeries(holds, subject));
      if (isJudged) evaluation.adopt(place, subject, atMs);
      else incidents.close(rule, machine, subject, 'rule-removed');
    }
    evaluation.presence(place, presence, atMs);
    this.#o.onBegin(place, rules);
  }

  /** Begins anew where other rules hold than did. */
  reread(): void {
    for (const [place, before] of [...this.#rules])
      if (said(this.#rulesOf(place)) !== said(before)) this.begin(place);
  }

  /** The open incidents of which nothing is left. */
  close(isLost: (of: Subject) => boolean, ending: Ending): void {
    const { incidents } = this.#o;
    for (const { rule, machine, subject } of incidents.list())
      if (isLost({ machine, subject })) incidents.close(rule, machine, subject, ending);
  }

  forget(place: number): void {
    this.#rules.delete(place);
    this.#o.evaluation.forget(place);
  }

  /** Signs of the box and what is known of probes are judged apart from every machine. */
  #rulesOf(place: number): Effective[] {
    const book = this.#o.book();
    const probe = this.#o.probeAt(place);
    // Those that come with the program are witnesses: what they say together is judged by the rules of causes.
    if (probe?.builtIn) return [];
    const all = probe === undefined ? book.rulesFor(place) : book.rulesForProbe(probe);
    const kind = place < boxItself ? 'probe' : place === boxItself ? 'box' : 'machine';
    return all.filter((rule) => kindOf(rule) === kind);
  }
}

function kindOf({ kind, options }: Effective): 'box' | 'probe' | 'machine' {
  const metrics = kind.metrics(options);
  if (metrics.some((metric) => metric.startsWith('box.'))) return 'box';
  return metrics.some((metric) => probeIdOf(metric) !== null) ? 'probe' : 'machine';
}

/** Rules are built anew at each reading; what they say decides. */
function said(rules: readonly Effective[]): string {
  return JSON.stringify(rules.map(({ kind: _, ...rule }) => rule));
}
