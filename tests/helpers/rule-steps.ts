/** Shows a kind of rule a series of inputs, and says what it thought after each. */
import type { MachineState } from '../../appliance/store/client/types.ts';
import type { Evidence, OptionValues, Verdict } from '../../appliance/watch/client/types.ts';
import { alwaysUp } from '../../appliance/watch/evaluation.ts';
import type { AnyRuleKind, Presence } from '../../appliance/watch/rules/rule.ts';

export type Shown = {
  /** Seconds. */
  at: number;
  value?: number;
  rate?: number;
  state?: MachineState;
  presence?: Partial<Presence>;
};

export class RuleSteps {
  readonly #kind: AnyRuleKind;
  readonly #options: OptionValues;
  #state: unknown;
  #presence: Presence = alwaysUp;
  evidence: Evidence = {};

  constructor(kind: AnyRuleKind, options: OptionValues = {}, wasBad = false) {
    this.#kind = kind;
    const usual = Object.fromEntries(
      Object.entries(kind.options).map(([name, spec]) => [name, spec.default]),
    );
    this.#options = { ...usual, ...options };
    this.#state = kind.begin(wasBad);
  }

  show({ at, value, rate, state, presence = {} }: Shown): Verdict {
    const atMs = at * 1000;
    if (state !== undefined) this.#presence = { ...this.#presence, state, sinceMs: atMs };
    this.#presence = { ...this.#presence, ...presence };
    const before = JSON.stringify(this.#state);
    const input = { atMs, presence: this.#presence, value, rate };
    const judged = this.#kind.step(this.#state, input, this.#options);
    if (JSON.stringify(this.#state) !== before) throw new Error('the step changed what it was given');
    this.#state = judged.state;
    this.evidence = judged.evidence;
    return judged.verdict;
  }

  /** Verdicts of a value every so many seconds. */
  run(from: number, every: number, values: readonly number[]): Verdict[] {
    return values.map((value, index) => this.show({ at: from + index * every, value }));
  }

  words(subject: string) {
    return this.#kind.words(this.evidence, subject);
  }
}
