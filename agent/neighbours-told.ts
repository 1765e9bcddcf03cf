/**
 * The devices around this machine, told while a box that it trusts wants them, where its owner lets it be. What looks for them
 * is loaded when the box asks.
 */
import type { Neighbours, NeighboursWanted } from '../appliance/protocol/neighbours.ts';
import type { Clock } from '../appliance/runtime/clock.ts';
import { messageOf } from '../appliance/runtime/errors.ts';
import type { Log } from '../appliance/runtime/log.ts';
import type { Part } from '../appliance/runtime/parts.ts';
import type { Files } from './files.ts';
import type { Neighbourhood, NeighbourhoodOptions } from './neighbours/neighbourhood.ts';

type Looker = Pick<Neighbourhood, 'start' | 'stop' | 'search' | 'newsSince'>;
export type NeighboursOptions = {
  isAllowed: boolean;
  proc: Files;
  clock: Clock;
  log: Log;
  runMs(): number;
  /** Who looks for them: another one in tests. */
  looker?: (o: NeighbourhoodOptions) => Promise<Looker>;
};

/** How far a box has been told. */
export type ToldSoFar = { revision: number; searched: number | undefined };

export class NeighboursTold implements Part {
  readonly name = 'neighbours';
  readonly #o: NeighboursOptions;
  #neighbourhood: Looker | undefined;
  #work: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(o: NeighboursOptions) {
    this.#o = o;
  }

  async start(): Promise<void> {
    // Nothing is heard before a box wants it.
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.rest();
    await this.#work;
  }

  wanted({ search }: NeighboursWanted): void {
    this.#then(async () => {
      if (this.#isStopped || !this.#o.isAllowed) return;
      if (this.#neighbourhood === undefined) {
        this.#neighbourhood = await (this.#o.looker ?? neighbourhood)(this.#o);
        this.#neighbourhood.start();
      }
      if (search !== undefined) this.#neighbourhood.search(search);
    });
  }

  /** The box that wanted them is gone. */
  rest(): void {
    // At once: its revisions say nothing to whoever comes next, who may come before it has ended.
    const before = this.#neighbourhood;
    this.#neighbourhood = undefined;
    this.#then(async () => {
      const late = this.#neighbourhood;
      this.#neighbourhood = undefined;
      await Promise.all([before?.stop(), late?.stop()]);
    });
  }

  newsSince(told: ToldSoFar): { body: Neighbours; told: ToldSoFar } | undefined {
    const news = this.#neighbourhood?.newsSince(told.revision, told.searched);
    if (news === undefined) return undefined;
    const { body, revision } = news;
    return { body, told: { revision, searched: body.searched ?? told.searched } };
  }

  #then(step: () => Promise<void>): void {
    this.#work = this.#work.then(step).catch((error: unknown) => {
      this.#o.log.warn('the devices on the network cannot be told', { error: messageOf(error) });
    });
  }
}

async function neighbourhood(o: NeighbourhoodOptions): Promise<Looker> {
  const { Neighbourhood } = await import('./neighbours/neighbourhood.ts');
  return new Neighbourhood(o);
}
