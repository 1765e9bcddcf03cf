/** All rules with what is said about them for groups and machines: which rule holds for a machine, and how. */
import type { Group, NewRule, OptionValues, Rule, RuleChange, Scope, Severity } from '../client/types.ts';
import { builtIn, cooldownMs, repeatMs } from './defaults.table.ts';
import { kindNamed } from './index.ts';
import type { AnyRuleKind } from './rule.ts';

/** A rule as it holds for one machine. */
export type Effective = {
  id: string;
  kind: AnyRuleKind;
  kindName: string;
  severity: Severity;
  options: OptionValues;
  cooldownMs: number;
  repeatMs: number;
  under: string | null;
};

/** As it is stored: what is said of the rule for everything, and for each other scope. */
export type StoredRule = { made: NewRule | null; all: RuleChange; overrides: Record<string, RuleChange> };

export class RuleBook {
  readonly #stored: ReadonlyMap<string, StoredRule>;
  readonly #groups: readonly Group[];
  /** As rules are where nobody said otherwise: one for all, since there may be a thousand machines and as many probes. */
  readonly #usual = new Map<string, Effective | null>();

  constructor(stored: ReadonlyMap<string, StoredRule>, groups: readonly Group[]) {
    this.#stored = stored;
    this.#groups = [...groups].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get ids(): string[] {
    return [...new Set([...Object.keys(builtIn), ...this.#stored.keys()])].filter(
      (id) => this.#baseOf(id) !== null,
    );
  }

  groupsOf(machine: number): string[] {
    return this.#groups.filter(({ machines }) => machines.includes(machine)).map(({ id }) => id);
  }

  rule(id: string): Rule | null {
    const base = this.#baseOf(id);
    if (base === null) return null;
    const overrides = this.#stored.get(id)?.overrides ?? {};
    const { kind, name, enabled, severity, options, ...pauses } = base;
    return {
      id,
      kind,
      name,
      builtIn: Object.hasOwn(builtIn, id),
      enabled,
      severity,
      options,
      ...pauses,
      overrides,
    };
  }

  /** The rules that judge this machine: the machine's own word counts before that of its groups, that before all. */
  rulesFor(machine: number): Effective[] {
    const scopes: Scope[] = [
      ...this.groupsOf(machine).map((id): Scope => `group:${id}`),
      `machine:${machine}`,
    ];
    return this.ids.flatMap((id) => this.#effective(id, scopes) ?? []);
  }

  /** The rules that judge this probe: its own word counts before that of its groups, that before all. */
  rulesForProbe({ id, groups }: { id: string; groups: readonly string[] }): Effective[] {
    const scopes: Scope[] = [...[...groups].sort().map((group): Scope => `group:${group}`), `probe:${id}`];
    return this.ids.flatMap((rule) => this.#effective(rule, scopes) ?? []);
  }

  /** Of every rule that holds for anything, in each of its forms. */
  metrics(): string[] {
    const found = new Set<string>();
    for (const id of this.ids) {
      const overrides = Object.keys(this.#stored.get(id)?.overrides ?? {}) as Scope[];
      for (const scopes of [[], ...overrides.map((scope) => [scope])]) {
        const rule = this.#effective(id, scopes);
        for (const metric of rule?.kind.metrics(rule.options) ?? []) found.add(metric);
      }
    }
    return [...found];
  }

  #effective(id: string, scopes: readonly Scope[]): Effective | null {
    const overrides = this.#stored.get(id)?.overrides ?? {};
    if (scopes.some((scope) => Object.hasOwn(overrides, scope))) return this.#worked(id, scopes);
    const known = this.#usual.get(id);
    if (known !== undefined) return known;
    const usual = this.#worked(id, []);
    this.#usual.set(id, usual);
    return usual;
  }

  #worked(id: string, scopes: readonly Scope[]): Effective | null {
    let base = this.#baseOf(id);
    const kind = base === null ? undefined : kindNamed(base.kind);
    if (base === null || kind === undefined) return null;
    const overrides = this.#stored.get(id)?.overrides ?? {};
    for (const scope of scopes)
      if (Object.hasOwn(overrides, scope)) base = changed(base, overrides[scope] ?? {});
    if (!base.enabled) return null;
    const { severity, options, cooldownMs, repeatMs } = base;
    const under = Object.hasOwn(builtIn, id) ? (builtIn[id]?.under ?? null) : null;
    return { id, kind, kindName: base.kind, severity, options, cooldownMs, repeatMs, under };
  }

  #baseOf(id: string): Base | null {
    const stored = this.#stored.get(id);
    const base = Object.hasOwn(builtIn, id) ? builtInBase(id) : stored?.made ? madeBase(stored.made) : null;
    return base === null ? null : changed(base, stored?.all ?? {});
  }
}

/** A rule that nobody has saved. */
export function effectiveOf(id: string, rule: NewRule): Effective {
  const { kind, severity, options, cooldownMs, repeatMs } = madeBase(rule);
  return {
    ...{ id, severity, options, cooldownMs, repeatMs },
    kind: kindNamed(kind)!,
    kindName: kind,
    under: null,
  };
}

type Base = Omit<Rule, 'id' | 'builtIn' | 'overrides'>;

function builtInBase(id: string): Base {
  const { kind, name, severity, options, off } = builtIn[id]!;
  return baseOf(kind, { name, enabled: off !== true, severity, options });
}

function madeBase({ kind, name, ...change }: NewRule): Base {
  const severity = change.severity ?? 'medium';
  const base = baseOf(kind, { name: { en: name, fr: name }, enabled: true, severity, options: {} });
  return changed(base, change);
}

function baseOf(kind: string, o: Pick<Base, 'name' | 'enabled' | 'severity' | 'options'>): Base {
  const specs = Object.entries(kindNamed(kind)?.options ?? {});
  const usual = Object.fromEntries(specs.map(([name, spec]) => [name, spec.default]));
  return { kind, ...o, options: { ...usual, ...o.options }, cooldownMs, repeatMs: repeatMs[o.severity] };
}

function changed(base: Base, change: RuleChange): Base {
  const severity = change.severity ?? base.severity;
  // Who makes a rule more severe wants it repeated as such ones are.
  const usualRepeat = severity === base.severity ? base.repeatMs : repeatMs[severity];
  return {
    ...base,
    severity,
    enabled: change.enabled ?? base.enabled,
    options: { ...base.options, ...change.options },
    cooldownMs: change.cooldownMs ?? base.cooldownMs,
    repeatMs: change.repeatMs ?? usualRepeat,
  };
}
