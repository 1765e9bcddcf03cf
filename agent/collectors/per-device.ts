/** What a collector keeps for each device: made when the device is first seen, forgotten when it is gone. */
import { createHash } from 'node:crypto';
import { attributeValue } from '../../appliance/protocol/names.ts';

/** Leaves room in a series name for the longest metric and a state. */
const LONGEST_LABEL = 72;

/**
 * `make` is given a label that no other device of this collector has: devices whose names differ only in what a series
 * name cannot hold would otherwise be written into one series.
 */
export class PerDevice<T> {
  readonly #known = new Map<string, { label: string; kept: T }>();
  readonly #labels = new Set<string>();
  readonly #make: (label: string, device: string) => T;
  readonly #gone: (kept: T, device: string) => void;

  constructor(
    make: (label: string, device: string) => T,
    gone: (kept: T, device: string) => void = () => undefined,
  ) {
    this.#make = make;
    this.#gone = gone;
  }

  of(device: string): T {
    const known = this.#known.get(device);
    if (known !== undefined) return known.kept;
    const label = this.#freeLabel(device);
    this.#labels.add(label);
    const kept = this.#make(label, device);
    this.#known.set(device, { label, kept });
    return kept;
  }

  keepOnly(present: { has(device: string): boolean }): void {
    for (const [device, { label, kept }] of this.#known) {
      if (present.has(device)) continue;
      this.#known.delete(device);
      this.#labels.delete(label);
      this.#gone(kept, device);
    }
  }

  #freeLabel(device: string): string {
    const short = shortLabel(device);
    let label = short;
    for (let count = 2; this.#labels.has(label); count += 1) label = `${short}-${count}`;
    return label;
  }
}

/** A name as an attribute value; one that is too long keeps its beginning and a hash of the whole. */
export function shortLabel(device: string): string {
  const value = attributeValue(device);
  if (value.length <= LONGEST_LABEL) return value;
  const hash = createHash('sha256').update(device).digest('hex').slice(0, 8);
  return `${value.slice(0, LONGEST_LABEL - 9)}-${hash}`;
}
