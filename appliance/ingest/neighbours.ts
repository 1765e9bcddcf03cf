/**
 * The devices that the box's own machine sees on its networks, for whoever follows. In RAM: the machine tells them anew on each
 * connection. What other machines would say of their neighbours is not asked, and not taken.
 */
import { randomInt } from 'node:crypto';
import type { Body } from '../protocol/messages.ts';
import type { Clock } from '../runtime/clock.ts';
import { Failure } from '../runtime/errors.ts';
import type { Route } from '../runtime/socket/server.ts';
import type { DatedNeighbour, NeighbourNews } from './client/types.ts';
import type { Session } from './session.ts';

/** A network has hundreds; whoever floods the machine with made-up ones fills no more than this. */
const most = 1_024;

/** A search that a new connection has cut off is begun again if it is no older: nobody waits for it any longer. */
const searchAgainMs = 60_000;

type Told = Pick<Session, 'say'>;
type NeighboursOptions = {
  sessionOf(machine: number): Told | undefined;
  clock: Pick<Clock, 'monotonicMs'>;
};

export class Neighbours {
  readonly #o: NeighboursOptions;
  readonly #known = new Map<string, DatedNeighbour>();
  readonly #listeners = new Set<(news: NeighbourNews) => void>();
  #isWanted = false;
  /** The box's own machine, once it has come. */
  #own = 0;
  /** The search of which nobody has said that it is over. */
  #search: { id: number; atMs: number } | undefined;

  constructor(o: NeighboursOptions) {
    this.#o = o;
  }

  /** On each connection of the box's own machine, also where the one before has not been seen to be dead. */
  greet(machine: number, session: Told): void {
    this.#own = machine;
    const search = this.#search;
    // Said once more at most: a machine that comes and goes would go round for ever.
    this.#search = undefined;
    const isCutOff = search !== undefined && this.#o.clock.monotonicMs() - search.atMs < searchAgainMs;
    if (isCutOff) session.say('neighboursWanted', { search: search.id });
    else if (this.#isWanted) session.say('neighboursWanted', {});
  }

  heard({ neighbours, searched }: Body<'neighbours'>, dateOf: (runMs: number) => number): void {
    if (searched === this.#search?.id) this.#search = undefined;
    const dated = neighbours.map(({ heardMs, ...one }) => ({ ...one, atMs: dateOf(heardMs) }));
    for (const one of dated) {
      const key = keyOf(one);
      this.#known.delete(key);
      this.#known.set(key, one);
      if (this.#known.size > most) this.#known.delete(this.#known.keys().next().value as string);
    }
    const news = { neighbours: dated, ...(searched === undefined ? {} : { searched }) };
    for (const tell of this.#listeners) tell(news);
  }

  /** Goes round once; its number, which no earlier life of the door gave, comes with the news when it is over. */
  search(): number {
    const session = this.#o.sessionOf(this.#own);
    if (session === undefined)
      throw new Failure(
        'UNAVAILABLE',
        'the agent of the box is not connected: nobody can look for devices now',
      );
    const search = randomInt(1, 2 ** 31);
    this.#search = { id: search, atMs: this.#o.clock.monotonicMs() };
    session.say('neighboursWanted', { search });
    return search;
  }

  /** What is known now, then each news. Whoever follows wants them to be looked for. */
  follow(tell: (news: NeighbourNews) => void): { stop(): void } {
    if (!this.#isWanted) {
      this.#isWanted = true;
      this.#o.sessionOf(this.#own)?.say('neighboursWanted', {});
    }
    tell({ neighbours: [...this.#known.values()] });
    this.#listeners.add(tell);
    return {
      stop: () => {
        this.#listeners.delete(tell);
        // On the wire there is no word for it: the machine is not asked again when it comes back.
        if (this.#listeners.size === 0) this.#isWanted = false;
      },
    };
  }
}

export function neighbourRoutes({ neighbours }: { neighbours: Neighbours }): Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/neighbours/search',
      handle: () => ({ json: { search: neighbours.search() } }),
    },
    {
      method: 'GET',
      path: '/v1/neighbours',
      handle: () => ({
        lines: (out) => {
          const following = neighbours.follow((news) => out.write(news));
          void out.closed.then(() => following.stop());
        },
      }),
    },
  ];
}

function keyOf({ mac, addresses }: Pick<DatedNeighbour, 'mac' | 'addresses'>): string {
  return mac ?? addresses[0] ?? '';
}
