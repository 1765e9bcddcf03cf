/** What a box is told beside ticks: how it was found, what was lost, facts, services, probes and devices around, each when it is news to this box. */
import type { Facts } from '../appliance/protocol/facts.ts';
import { limits } from '../appliance/protocol/limits.ts';
import type { ProbeResult } from '../appliance/protocol/probes/exchange.ts';
import type { Services } from '../appliance/protocol/services.ts';
import type { Connection } from './connection.ts';
import type { ToldSoFar } from './neighbours-told.ts';
import type { Loss } from './outbox/losses.ts';
import type { Speaker } from './speaker.ts';

type TellingOptions = {
  connection: Connection;
  speaker: Speaker;
  /** The rung of the ladder that found the box; undefined when it is no news. */
  foundBy: string | undefined;
};

/** Belongs to one connection, from when ticks flow. */
export class Telling {
  readonly #o: TellingOptions;
  #losses: readonly Loss[] = [];
  #facts: Facts | undefined;
  #services: Services | undefined;
  #results = new Set<ProbeResult>();
  #neighbours: ToldSoFar = { revision: 0, searched: undefined };

  constructor(options: TellingOptions) {
    this.#o = options;
    this.#tellLosses();
    const { speaker, connection, foundBy } = options;
    if (foundBy === undefined) return;
    const event = { runMs: speaker.run.ms(), kind: 'box.found', text: `${foundBy} ${connection.address}` };
    connection.send('events', { events: [event] });
  }

  /** Whatever has changed since it was told. */
  news(): void {
    const { connection, speaker } = this.#o;
    const facts = speaker.facts();
    if (facts !== undefined && facts !== this.#facts) connection.send('facts', facts);
    this.#facts = facts;
    const services = speaker.services();
    if (services !== undefined && services !== this.#services) connection.send('services', services);
    this.#services = services;
    this.#tellResults();
    this.#tellNeighbours();
  }

  /** One message a tick, as of results. */
  #tellNeighbours(): void {
    const { connection, speaker } = this.#o;
    const news = speaker.neighbours.newsSince(this.#neighbours);
    if (news === undefined) return;
    connection.send('neighbours', news.body);
    this.#neighbours = news.told;
  }

  #tellResults(): void {
    const { connection, speaker } = this.#o;
    const now = speaker.probes.results();
    if (now.length === 0 && this.#results.size === 0) return;
    const news = now.filter((result) => !this.#results.has(result)).slice(0, limits.resultsPerMessage);
    if (news.length > 0) connection.send('probeResults', { results: news });
    // One message a tick: what does not fit is told with the next.
    const told = new Set(news);
    this.#results = new Set(now.filter((result) => this.#results.has(result) || told.has(result)));
  }

  /** The box reads in order: it has our events if it has ticks that came after them. */
  acknowledged(): void {
    if (this.#losses.length === 0) return;
    this.#o.speaker.outbox.reported(this.#losses);
    this.#tellLosses();
  }

  /** Some at a time: the next when the box has shown that it heard these. */
  #tellLosses(): void {
    const { speaker, connection } = this.#o;
    this.#losses = speaker.outbox.losses.slice(0, 16);
    if (this.#losses.length === 0) return;
    speaker.outbox.telling(this.#losses);
    const runMs = speaker.run.ms();
    const events = this.#losses.map((lost) => ({
      ...{ runMs, kind: 'samples.lost', lost },
      text: `ticks ${lost.first} to ${lost.last} were lost: ${lost.why}`,
    }));
    connection.send('events', { events });
  }
}
