/** What happens to machines, written to the store: states, runs, facts, and what the journal tells of them. */
import type { Body } from '../protocol/messages.ts';
import type { Clock } from '../runtime/clock.ts';
import type { StoreClient } from '../store/client/client.ts';
import type { Facts, Machine, Note } from '../store/client/types.ts';
import { TokenBucket } from './bucket.ts';
import type { Actor } from './client/types.ts';
import type { StateChange } from './states.ts';
import type { StoreWriter } from './store-writer.ts';
import { newsOf, type TextKey, textOf } from './texts.ts';

/** What one machine can write into the journal and the registry: so much at once, then so much an hour. */
const burst = 20;
const perHour = 60;
/** Each has an allowance of its own, so that a flood of one does not hide another. */
type Provoked = 'lost' | 'token' | 'clone' | 'event' | 'denied' | 'state' | 'facts' | 'restarted';
const enrolmentKinds = {
  opened: 'enrolment.opened',
  closed: 'enrolment.closed',
  tokenMade: 'enrolment.token-made',
  tokenRevoked: 'enrolment.token-revoked',
  wanted: 'enrolment.wanted',
} as const;
const lostWords = { full: 'lostFull', disk: 'lostDisk', damage: 'lostDamage' } as const;
const bootsNamespace = 'ingest.boots';

type Store = Pick<StoreClient, 'updateMachine' | 'note' | 'record' | 'putRecord' | 'deleteRecord'>;

export class Chronicle {
  readonly #store: Store;
  readonly #writer: Pick<StoreWriter, 'put' | 'forget'>;
  readonly #clock: Clock;
  readonly #machineOf: (machine: number) => Machine | undefined;
  readonly #vanishedAfterMs: number;
  readonly #boots = new Map<number, string>();
  readonly #allowances = new Map<number, Map<Provoked, TokenBucket>>();

  constructor(o: {
    store: Store;
    writer: Pick<StoreWriter, 'put' | 'forget'>;
    clock: Clock;
    machineOf: (machine: number) => Machine | undefined;
    vanishedAfterMs: number;
  }) {
    this.#store = o.store;
    this.#writer = o.writer;
    this.#clock = o.clock;
    this.#machineOf = o.machineOf;
    this.#vanishedAfterMs = o.vanishedAfterMs;
  }

  state({ machine, from, to }: StateChange): void {
    this.#update(machine, 'state', { state: to });
    const news = newsOf(from, to);
    // Who comes for the first time is not back.
    const first = news === 'back' && this.#machineOf(machine)?.run === null;
    if (news === null || first) return;
    // That it vanished is found here; what it says itself it could say for ever.
    if (news === 'vanished' || this.#allows(machine, 'state')) this.#tell(machine, news, { from, to });
  }

  run(machine: Machine, run: string, osBoot: string): void {
    if (machine.run !== run) this.#update(machine.machine, 'run', { run });
    if (this.#boots.get(machine.machine) === osBoot || !this.#allows(machine.machine, 'restarted')) return;
    this.#boots.set(machine.machine, osBoot);
    this.#put(machine.machine, { run: () => this.#boot(machine.machine, osBoot) });
  }

  facts(machine: number, facts: Facts): void {
    if (this.#allows(machine, 'facts')) this.#update(machine, 'facts', { facts });
  }

  events(machine: number, events: Body<'events'>['events']): void {
    for (const { kind, runMs, text, lost } of events) {
      if (lost !== undefined) {
        // Only what the owner of the data must know: where nothing will ever be.
        if (this.#allows(machine, 'lost')) this.#lost(machine, lost);
        continue;
      }
      if (!this.#allows(machine, 'event')) continue;
      const words = kind === 'box.found' ? 'found' : 'event';
      this.#tell(machine, 'event', { event: kind, runMs }, { text }, words);
    }
  }

  #lost(machine: number, lost: NonNullable<Body<'events'>['events'][number]['lost']>): void {
    const { first, last, fromMs, toMs } = lost;
    const at = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
    const values = { count: String(last - first + 1), from: at(fromMs), to: at(toMs) };
    const note = { ...this.#note(machine, 'lost', lost, values, lostWords[lost.why]), kind: 'samples.lost' };
    this.#put(machine, { run: () => this.#store.note(note) });
  }

  clone(machine: number, runs: string[], addresses: string[]): void {
    if (this.#allows(machine, 'clone')) this.#tell(machine, 'clone', { runs, addresses });
  }

  denied(machine: number): void {
    if (this.#allows(machine, 'denied')) this.#tell(machine, 'denied', {});
  }

  /** What a person decided: in the journal before he gets his answer, or, if the store is just leaving, later. */
  async decided(
    what: 'admitted' | 'same' | 'refused' | 'removed' | 'released' | 'noticed',
    name: string,
    by: Actor,
    more: { machine?: number; details: Record<string, unknown> },
    values: Record<string, string> = {},
  ): Promise<void> {
    await this.#decision({
      kind: `machine.${what}`,
      ...by,
      text: textOf(what, { name, ...values }),
      ...more,
    });
  }

  /** What a person did with the ways of coming in. */
  async enrolment(
    what: 'opened' | 'closed' | 'tokenMade' | 'tokenRevoked' | 'wanted',
    by: Actor,
    values: Record<string, string | number>,
    details: Record<string, unknown> = {},
  ): Promise<void> {
    const text = textOf(what, values);
    await this.#decision({ kind: enrolmentKinds[what], ...by, text, details: { ...values, ...details } });
  }

  /** Somebody tried a token that admits nobody. Bounded: who tries can do so for ever. */
  tokenRefused(o: { why: string; name: string; address: string }): void {
    if (!this.#allows(0, 'token')) return;
    const text = textOf('tokenRefused', { name: o.name, address: o.address });
    const by = { who: 'netmonitor', role: 'box', from: 'ingest' };
    const note: Note = { kind: 'enrolment.token-refused', ...by, text, details: o };
    this.#writer.put('decisions', { run: () => this.#store.note(note) });
  }

  async #decision(note: Note): Promise<void> {
    try {
      await this.#store.note(note);
    } catch {
      // The decision stands already. The writer tells in the log what it cannot write.
      this.#writer.put('decisions', { run: () => this.#store.note(note) });
    }
  }

  forget(machine: number): void {
    this.#boots.delete(machine);
    this.#allowances.delete(machine);
    this.#writer.forget(laneOf(machine));
    this.#put(machine, { run: () => this.#store.deleteRecord(bootsNamespace, String(machine)) });
  }

  #allows(machine: number, what: Provoked): boolean {
    const nowMs = this.#clock.monotonicMs();
    const allowances = this.#allowances.get(machine) ?? new Map<Provoked, TokenBucket>();
    this.#allowances.set(machine, allowances);
    const bucket = allowances.get(what) ?? new TokenBucket({ perSecond: perHour / 3_600, burst, nowMs });
    allowances.set(what, bucket);
    return bucket.take(nowMs);
  }

  async #boot(machine: number, osBoot: string): Promise<void> {
    const key = String(machine);
    const before = await this.#store.record(bootsNamespace, key);
    if (before === osBoot) return;
    await this.#store.putRecord(bootsNamespace, key, osBoot);
    if (typeof before === 'string') await this.#store.note(this.#note(machine, 'restarted', { osBoot }));
  }

  #update(machine: number, what: string, patch: Parameters<Store['updateMachine']>[1]): void {
    this.#put(machine, { replaces: what, run: () => this.#store.updateMachine(machine, patch) });
  }

  #tell(
    machine: number,
    what: TextKey,
    details: Record<string, unknown>,
    values: Record<string, string> = {},
    words = what,
  ): void {
    const note = this.#note(machine, what, details, values, words);
    this.#put(machine, { run: () => this.#store.note(note) });
  }

  #note(
    machine: number,
    what: TextKey,
    details: Record<string, unknown>,
    values: Record<string, string> = {},
    words = what,
  ): Note {
    const name = this.#machineOf(machine)?.name ?? `#${machine}`;
    const minutes = Math.round(this.#vanishedAfterMs / 6_000) / 10;
    const text = textOf(words, { name, minutes, ...values });
    return {
      kind: `machine.${what}`,
      who: 'netmonitor',
      role: 'box',
      from: 'ingest',
      machine,
      text,
      details,
    };
  }

  #put(machine: number, task: { replaces?: string; run(): Promise<unknown> }): void {
    this.#writer.put(laneOf(machine), task);
  }
}

function laneOf(machine: number): string {
  return `machine ${machine}`;
}
