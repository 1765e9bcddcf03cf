/** Where the trusted box was last time, before or behind what the ladder finds. */
import type { Found, Ladder } from './find/index.ts';

export class LastPlace {
  #found: Found | undefined;
  /** The box fell silent there. */
  #left = false;

  served(found: Found, o: { fellSilent: boolean }): void {
    this.#found = found;
    this.#left = o.fellSilent;
  }

  forget(): void {
    this.#found = undefined;
  }

  /**
   * It comes first: after a restart of the box nothing has to be asked of the network. Where the box fell silent it may have
   * moved, and a dead address costs seconds, so that one comes last.
   */
  async *before(ladder: Ladder, signal: AbortSignal): AsyncGenerator<Found> {
    const place = this.#found;
    const left = this.#left;
    if (place !== undefined && !left) yield place;
    for await (const found of ladder(signal)) {
      if (left || found.host !== place?.host || found.port !== place.port) yield found;
    }
    if (place !== undefined && left) yield place;
  }
}
