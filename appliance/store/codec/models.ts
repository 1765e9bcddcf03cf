/**
 * Which predictions won when a machine's last block was written. Machines change slowly: what was found in an hour serves
 * for the next ones too, and looking for it is most of what a block costs. Kept as few bytes, because there is one for
 * each machine; lost at the end of the process, which then searches again.
 */
import { ByteReader, ByteWriter } from '../../protocol/bytes.ts';
import type { Noise } from './noise.ts';
import { readPrediction, writePrediction } from './prediction.ts';
import type { Prediction } from './predictor.ts';

/** Of a column in its unit; with the noise that its misses are like, if they are. */
export type Model = { index: number; unit: number; prediction: Prediction; noise: Noise | null };

/** How a noise is kept: 0 for none. */
const paces = 4;

/** So many blocks are written with what one search has found. */
const blocksPerSearch = 24;
/** Beyond this share more than after the search, what was found no longer serves. */
const mostLoss = 0.04;

export class Models {
  #bytes: Uint8Array = new Uint8Array(0);
  /** Blocks until the next search. */
  #left: number;
  /** Blocks for which what few ticks showed still serves; null where it was not few. */
  #forNow: number | null = null;
  /** What the misses cost, of what the plain differences would. */
  #share = 0;

  /** `phase`, 0 to 1: machines that began together do not search together. */
  constructor(phase = 0) {
    this.#left = Math.floor(phase * blocksPerSearch);
  }

  /** In an order in which each leans on earlier ones only; null when it is time to search. */
  recall(): Model[] | null {
    if (this.#bytes.length === 0 || this.#left <= 0 || this.#forNow === 0) return null;
    const input = new ByteReader(this.#bytes);
    const models: Model[] = [];
    while (input.remaining > 0) {
      const [index, unit, noise] = [input.varint(), input.varint(), input.byte()];
      const kept = noise === 0 ? null : { kind: Math.floor((noise - 1) / paces), pace: (noise - 1) % paces };
      models.push({ index, unit, noise: kept, prediction: readPrediction(input) });
    }
    return models;
  }

  /** Whether blocks like this one need no search yet. */
  serves(share: number): boolean {
    return share <= this.#share * (1 + mostLoss);
  }

  found(models: readonly Model[], share: number, inFew: boolean): void {
    if (this.#left <= 0) this.#left = blocksPerSearch;
    this.#share = share;
    this.#forNow = null;
    this.used(models);
    if (inFew) this.#forNow = 1;
  }

  used(models: readonly Model[]): void {
    this.#left--;
    if (this.#forNow !== null) this.#forNow--;
    const out = new ByteWriter(1024);
    for (const { index, unit, noise, prediction } of models) {
      out.varint(index);
      out.varint(unit);
      out.byte(noise === null ? 0 : 1 + noise.kind * paces + noise.pace);
      writePrediction(out, prediction);
    }
    this.#bytes = out.copy();
  }
}
