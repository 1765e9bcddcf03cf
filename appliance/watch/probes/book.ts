/** Which probes there are: what people said, on disk with an entry in the journal before it counts, over what comes with the program. */
import { randomBytes } from 'node:crypto';
import { object, optional } from '../../protocol/check.ts';
import { Malformed } from '../../protocol/malformed.ts';
import { Failure } from '../../runtime/errors.ts';
import type { RecordWrite, StoreClient } from '../../store/client/client.ts';
import type { NewProbe, ProbeChange, ProbeDefinition } from '../client/probes.ts';
import type { Actor } from '../client/types.ts';
import { badRequest, noSuch } from '../refused.ts';
import {
  assertSound,
  checkNewProbe,
  checkProbeChange,
  mostProbes,
  optionsOf,
  probeIdPattern,
  usualIntervalMs,
} from './checks.ts';
import { formerOf, noPast, type ProbePast, pastFields } from './former.ts';
import { type ProbeDeed, probeSentence, withoutSecrets } from './words.ts';

const probeRecords = 'watch.probes';

/** What people may say of a probe that comes with the program. */
const changeable = ['options', 'intervalMs', 'enabled', 'beyond'] as const;

const letters = 'abcdefghijklmnopqrstuvwxyz234567';
const freshId = () => Array.from(randomBytes(8), (byte) => letters[byte % 32]).join('');

/** A change of a built-in one, or all of another one. */
const checkStored = object({
  ...{ made: optional(checkNewProbe), change: optional(checkProbeChange) },
  ...{ sinceMs: optional(pastFields.sinceMs), former: optional(pastFields.former) },
});
type Stored = ({ made?: NewProbe } | { change?: ProbeChange }) & Partial<ProbePast>;

export type BookOptions = {
  store: Pick<StoreClient, 'records' | 'writeRecords'>;
  builtIns: readonly ProbeDefinition[];
  /** By the box's date. */
  nowMs(): number;
  /** The machines that check it; nobody in particular is the box's own. */
  machinesOf(probe: ProbeDefinition): readonly number[];
  isMachine(machine: number): boolean;
  isGroup(group: string): boolean;
  /** Of the machines that check it. */
  addressesOf(probe: ProbeDefinition): readonly string[];
  /** Throws when machines cannot take so many. */
  assertFits(all: readonly ProbeDefinition[]): void;
  /** They count from now on; `id` null: all may be others. */
  onChange(id: string | null): void;
};

export class ProbeBook {
  readonly #o: BookOptions;
  #all: ReadonlyMap<string, ProbeDefinition>;
  #pasts: ReadonlyMap<string, ProbePast> = new Map();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(o: BookOptions) {
    this.#o = o;
    this.#all = new Map(o.builtIns.map((probe) => [probe.id, probe]));
  }

  list(): ProbeDefinition[] {
    return [...this.#all.values()];
  }

  get(id: string): ProbeDefinition | undefined {
    return this.#all.get(id);
  }

  /** Since when it is checked as it is, and by whom before. */
  pastOf(id: string): ProbePast {
    return this.#pasts.get(id) ?? noPast;
  }

  /** What cannot be read is left out, and the rest counts. */
  load(): Promise<void> {
    return this.#inTurn(async () => {
      const records = await this.#o.store.records(probeRecords);
      const all = new Map(this.#o.builtIns.map((probe) => [probe.id, probe]));
      const pasts = new Map<string, ProbePast>();
      for (const { key, value } of records) {
        const read = this.#read(key, value);
        if (read === null) continue;
        all.set(key, read.probe);
        pasts.set(key, read.past);
      }
      this.#all = all;
      this.#pasts = pasts;
      this.#o.onChange(null);
    });
  }

  create(asked: NewProbe, by: Actor): Promise<ProbeDefinition> {
    return this.#inTurn(async () => {
      const probe = asParsed(() => checkNewProbe(asked));
      const made: ProbeDefinition = { ...whole(probe), id: freshId(), builtIn: false };
      if (this.#all.size >= mostProbes)
        throw new Failure('TOO_MANY', {
          en: `there are ${mostProbes} probes already: remove one first`,
          fr: `il y a déjà ${mostProbes} sondes : supprimez-en une d’abord`,
        });
      this.#assertGood(made, null);
      const past = { ...noPast, sinceMs: this.#now() };
      await this.#save(made, { made: probe, ...past }, 'made', by);
      return made;
    });
  }

  change(id: string, change: ProbeChange, by: Actor): Promise<ProbeDefinition> {
    return this.#inTurn(async () => {
      const before = this.#named(id);
      if (Object.keys(change).length === 0) return before;
      const other = Object.keys(change).find((field) => !(changeable as readonly string[]).includes(field));
      if (before.builtIn && other !== undefined)
        throw new Failure(
          'BAD_REQUEST',
          {
            en: `${before.name} comes with the program: its ${other} stays`,
            fr: `${before.name} est fournie avec le programme : ${other} ne change pas`,
          },
          { path: other },
        );
      const after = asParsed(() => changed(before, change));
      this.#assertGood(after, before);
      const { id: _id, builtIn, ...said } = after;
      const { options, intervalMs, enabled, beyond } = said;
      const saved = builtIn ? { change: { options, intervalMs, enabled, beyond } } : { made: said };
      const stored: Stored = { ...saved, ...this.#pastAfter(before, after) };
      await this.#save(after, stored, deedOf(before, change), by);
      return after;
    });
  }

  remove(id: string, by: Actor): Promise<void> {
    return this.#inTurn(async () => {
      const probe = this.#named(id);
      if (probe.builtIn)
        throw new Failure(
          'CONFLICT',
          {
            en: `${probe.name} comes with the program: stop it instead`,
            fr: `${probe.name} est fournie avec le programme : arrêtez-la plutôt`,
          },
          { path: 'probe' },
        );
      const behind = this.list().filter(({ parent }) => parent === id);
      if (behind.length > 0)
        throw new Failure(
          'CONFLICT',
          {
            en: `${behind.length} probes hang behind it (${behind[0]!.name} …): say first what they hang behind`,
            fr: `${behind.length} sondes sont derrière elle (${behind[0]!.name} …) : dites d’abord derrière quoi elles sont`,
          },
          { path: 'probe' },
        );
      await this.#save(probe, null, 'removed', by);
    });
  }

  #named(id: string): ProbeDefinition {
    const found = this.#all.get(id);
    if (found === undefined) throw noSuch('probe', id);
    return found;
  }

  /** What was there before may name what is gone since. */
  #assertGood(probe: ProbeDefinition, before: ProbeDefinition | null): void {
    // A machine that has moved to another network keeps nobody from giving a probe another name.
    if (before === null || checkOf(probe) !== checkOf(before))
      asParsed(() => assertSound(probe, this.#o.addressesOf(probe)));
    const { isMachine, isGroup } = this.#o;
    const machine = probe.vantages.find((one) => !before?.vantages.includes(one) && !isMachine(one));
    if (machine !== undefined) throw noSuch('machine', machine, 'vantages');
    const group = probe.groups.find((one) => !before?.groups.includes(one) && !isGroup(one));
    if (group !== undefined) throw noSuch('group', group, 'groups');
    if (probe.parent !== null && probe.parent !== before?.parent) this.#assertParent(probe);
    this.#o.assertFits([...this.list().filter(({ id }) => id !== probe.id), probe]);
  }

  #assertParent(probe: ProbeDefinition): void {
    if (!this.#all.has(probe.parent ?? '')) throw noSuch('probe', String(probe.parent), 'parent');
    for (let at = probe.parent; at !== null; at = this.#all.get(at)?.parent ?? null)
      if (at === probe.id)
        throw new Failure(
          'BAD_REQUEST',
          { en: 'it would hang behind itself', fr: 'elle serait derrière elle-même' },
          { path: 'parent' },
        );
  }

  async #save(probe: ProbeDefinition, stored: Stored | null, deed: ProbeDeed, by: Actor): Promise<void> {
    const { id } = probe;
    const at = { namespace: probeRecords, key: id };
    const write: RecordWrite = stored === null ? { ...at, delete: true } : { ...at, value: stored };
    const text = probeSentence(by, deed, probe);
    const { name, kind, options, intervalMs, vantages, beyond } = withoutSecrets(probe);
    const details = { probe: id, now: { name, kind, options, intervalMs, vantages, beyond } };
    await this.#o.store.writeRecords([write], [{ ...by, kind: `probe.${deed}`, text, details }]);
    const [all, pasts] = [new Map(this.#all), new Map(this.#pasts)];
    if (stored === null) {
      all.delete(id);
      pasts.delete(id);
    } else {
      all.set(id, probe);
      pasts.set(id, { ...noPast, ...stored });
    }
    this.#all = all;
    this.#pasts = pasts;
    this.#o.onChange(id);
  }

  #now(): number {
    return Math.max(0, Math.round(this.#o.nowMs()));
  }

  #pastAfter(before: ProbeDefinition, after: ProbeDefinition): ProbePast {
    const { sinceMs, former } = this.pastOf(before.id);
    const [was, now] = [this.#o.machinesOf(before), this.#o.machinesOf(after)];
    const nowMs = this.#now();
    const isSame = lookOf(before) === lookOf(after) && (before.enabled || !after.enabled);
    return { sinceMs: isSame ? sinceMs : nowMs, former: formerOf(former, { was, now, nowMs }) };
  }

  #read(id: string, value: unknown): { probe: ProbeDefinition; past: ProbePast } | null {
    const builtIn = this.#o.builtIns.find((one) => one.id === id);
    try {
      const { made, change, ...rest } = checkStored(value);
      const past = { ...noPast, ...rest };
      if (builtIn !== undefined)
        return change === undefined ? null : { probe: changed(builtIn, change), past };
      if (made === undefined || !probeIdPattern.test(id)) return null;
      return { probe: { ...whole(made), id, builtIn: false }, past };
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      return null;
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}

function whole(probe: NewProbe): Omit<ProbeDefinition, 'id' | 'builtIn'> {
  return {
    ...{ intervalMs: usualIntervalMs, vantages: [], enabled: true, groups: [], parent: null, beyond: false },
    ...probe,
  };
}

function changed(before: ProbeDefinition, change: ProbeChange): ProbeDefinition {
  const options = optionsOf(before.kind, { ...before.options, ...change.options });
  return { ...before, ...change, options };
}

function checkOf({ options, intervalMs, vantages, beyond }: ProbeDefinition): string {
  return JSON.stringify([options, intervalMs, vantages, beyond]);
}

/** What is looked at, how, how often and by whom. */
function lookOf({ options, intervalMs, vantages }: ProbeDefinition): string {
  return JSON.stringify([options, intervalMs, vantages]);
}

function deedOf(before: ProbeDefinition, change: ProbeChange): ProbeDeed {
  const isOnly = Object.keys(change).join() === 'enabled' && change.enabled !== before.enabled;
  return isOnly ? (change.enabled ? 'started' : 'stopped') : 'changed';
}

function asParsed<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw badRequest(error);
  }
}
