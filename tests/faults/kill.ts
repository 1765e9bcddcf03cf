/** SIGKILL of the store under load, so many times; a producer's ledger says what was lost, doubled or wrong. */
import type { Fault } from './fault.ts';
import { killStore } from './kill-store.ts';

export const kill: Fault = {
  about: 'SIGKILL of the store in mid-stream, at random moments',
  goal: 'nothing acknowledged lost, doubled or wrong; ready again by itself',
  async run({ count, signal, progress }) {
    const found = await killStore({
      count,
      signal,
      onKill: (killed) => progress(`store: killed ${killed} of ${count} times`),
    });
    progress(`store: ${found.acknowledged} ticks acknowledged, ${found.blocks} blocks written`);
    const { injected, lost, wrong, doubled, unopenable } = found;
    return { injected, lost, wrong, doubled, unopenable, manual: unopenable };
  },
};
