/** Somebody who changes a rule to and fro and acknowledges what it finds: what was answered has to be there, once. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreClient } from '../../../appliance/store/client/client.ts';
import { createWatchClient, type WatchClient } from '../../../appliance/watch/client/client.ts';
import type { Tally } from './tally.ts';

const everyMs = 250;
const by = { who: 'ledger', role: 'admin', from: 'test' };
/** What the machines of the ledger measure is always above the one and below the other. */
const limits = [-1, 1e15];
const mostKept = 40;
const mostEntries = 20_000;

/** Where a watch and its store are. */
export type Place = { home: string; clients: { store: Pick<StoreClient, 'journal'> } };

export class Watchers {
  readonly #box: Place;
  readonly #watch: WatchClient;
  /** By the number of the incident: what was answered when it was acknowledged. */
  readonly #acknowledged = new Map<number, string>();
  /** What the rule may say: the last answered word, and those without an answer since. */
  #limits: number[] = [];
  /** All that it may have said since somebody looked. */
  #since = new Set<number>();
  #rule = '';
  #turn = 0;

  constructor(box: Place) {
    this.#box = box;
    this.#watch = createWatchClient({ runDir: join(box.home, 'run'), as: 'console' });
  }

  async prepare(): Promise<void> {
    const options = { metric: 'value', limit: limits[1]!, forMs: 0, clearMs: 0 };
    const { id } = await this.#watch.createRule(
      { kind: 'threshold', name: 'ledger', options, cooldownMs: 0 },
      by,
    );
    this.#rule = id;
    this.#limits = [options.limit];
  }

  async work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(everyMs);
      try {
        await this.#change(limits[this.#turn++ % limits.length]!);
        for (const { id, state } of (await this.#watch.incidents()).incidents)
          if (state === 'open') await this.#acknowledge(id);
      } catch (error) {
        // It was killed meanwhile: what was asked for may have been done.
        if (!(error instanceof Error)) throw error;
      }
    }
  }

  async check(tally: Tally): Promise<void> {
    // Somebody changes it meanwhile, on a busy machine more than once: what it may say is all that it might have said since.
    this.#since = new Set(this.#limits);
    const { rules } = await this.#watch.rules();
    const limit = Number(rules.find(({ id }) => id === this.#rule)?.options.limit);
    tally.compared++;
    if (!this.#since.has(limit)) {
      tally.lost++;
      tally.note(`the rule says ${limit}, not ${[...this.#since].join(' or ')}`);
    }
    for (const [id, note] of this.#acknowledged) {
      const found = await this.#watch.incident(id).catch(() => null);
      tally.compared++;
      if (found?.acknowledged?.note === note) continue;
      tally.lost++;
      tally.note(`incident ${id} was acknowledged and is ${JSON.stringify(found?.acknowledged)}`);
    }
  }

  /** Each incident is opened once, and over at most once. */
  async finish(tally: Tally): Promise<void> {
    const entries = await this.#box.clients.store.journal({ kind: 'incident', limit: mostEntries });
    const counts = new Map<string, number>();
    for (const { kind, details } of entries) {
      if (kind === 'incident.acknowledged' || kind === 'incident.released') continue;
      const end = kind === 'incident.opened' ? 'opened' : 'over';
      const key = `${details.incident} ${end}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    tally.compared += counts.size;
    for (const [what, times] of counts) {
      if (times === 1) continue;
      tally.doubled++;
      tally.note(`incident ${what} ${times} times`);
    }
    for (const id of this.#acknowledged.keys()) {
      if (counts.has(`${id} opened`) || entries.length >= mostEntries) continue;
      tally.lost++;
      tally.note(`the journal does not say that incident ${id} was opened`);
    }
  }

  close(): void {
    this.#watch.close();
  }

  async #change(limit: number): Promise<void> {
    this.#limits.push(limit);
    this.#since.add(limit);
    await this.#watch.changeRule(this.#rule, 'all', { options: { limit } }, by);
    this.#limits = [limit];
  }

  async #acknowledge(id: number): Promise<void> {
    const note = `turn ${this.#turn}`;
    await this.#watch.acknowledge(id, { note, untilMs: null }, by);
    this.#acknowledged.set(id, note);
    const [oldest = 0] = this.#acknowledged.keys();
    if (this.#acknowledged.size > mostKept) this.#acknowledged.delete(oldest);
  }
}
