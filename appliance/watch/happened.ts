/** What the words of a judgement need that no rule has seen: what was told with something that happened, or of a probe. */
import type { Evidence } from './client/types.ts';
import type { Judgement } from './evaluation.ts';
import type { JudgedProbes } from './verdict/judged-probes.ts';
import { probeIdOf } from './verdict/probe-series.ts';

/** What a rule may still have to find words for. */
const most = 256;

export class Happened {
  readonly #told = new Map<string, Evidence>();

  tell(series: string, evidence: Evidence): void {
    this.#told.delete(series);
    this.#told.set(series, evidence);
    if (this.#told.size > most) this.#told.delete(this.#told.keys().next().value as string);
  }

  explained(judgement: Judgement, probes: Pick<JudgedProbes, 'evidenceOf'>): Judgement {
    if (judgement.verdict !== 'bad') return judgement;
    const { subject } = judgement;
    const more = probeIdOf(subject) === null ? this.#told.get(subject) : probes.evidenceOf(subject);
    return more === undefined ? judgement : { ...judgement, evidence: { ...more, ...judgement.evidence } };
  }
}
