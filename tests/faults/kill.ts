/** SIGKILL of the store under load, so many times; a producer's ledger says what was lost, doubled or wrong. */
import { killStore } from './kill-store.ts';

export type KillContext = { count: number; signal: AbortSignal; progress(text: string): void };

export type KillResult = {
  /** The lowest number of faults that any daemon really had. */
  injected: number;
  lost: number;
  wrong: number;
  doubled: number;
  unopenable: number;
  /** How often a person would have had to help. */
  manual: number;
};

export const kill = {
  about: 'SIGKILL of the store in mid-stream, at random moments',
  goal: 'nothing acknowledged lost, doubled or wrong; ready again by itself',
  async run({ count, signal, progress }: KillContext): Promise<KillResult> {
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
