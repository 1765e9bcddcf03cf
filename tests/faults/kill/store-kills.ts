/** SIGKILL of a store in mid-stream and in the middle of what it does of its own accord, which is waited for and counted. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../helpers/eventually.ts';
import { slowedDown, whyNoTrace } from '../replay/strace.ts';
import { countOnDisk } from './disk-ticks.ts';
import { type Deed, databaseDeeds, deeds, deedsOf, writesDone, writeUnderWay } from './moments.ts';
import type { Programs } from './programs.ts';
import { RecordLedger } from './record-ledger.ts';
import { SampleLedger } from './sample-ledger.ts';
import { type PlanName, planOf } from './store-plans.ts';
import { Supervised } from './supervised.ts';
import { Tally } from './tally.ts';

export type StoreKills = {
  injected: number;
  unopenable: number;
  /** Kills by what the store was doing, and those before it was ready. */
  during: Record<Deed | 'start', number>;
  tally: Tally;
};

/** `fill`: a life that lasts until there is history which the next one lets age. */
type Aim = Deed | 'start' | 'any' | 'fill';
/** How often which moment is waited for, of their sum. */
const weights = {
  any: 8,
  start: 2,
  seal: 4,
  rollup: 5,
  retention: 14,
  cleanup: 4,
  backup: 2,
  compaction: 6,
  table: 2,
};
/** Over in a millisecond, or rare: for these syncs take as long as on a card. */
const brief: readonly Aim[] = ['retention', 'compaction'];
/** What a store does as soon as it is ready. */
const atOnce: readonly Aim[] = ['rollup', 'retention'];
const longestLifeMs = 300;
const longestWaitMs = 900;
/** A seal is due each second, a merge when LevelDB has so many tables, and what goes goes when all has been rolled up. */
const patienceMs: Partial<Record<Aim, number>> = { fill: 4000, compaction: 3000, retention: 4000 };
/** So many that what ages is among them. */
const sealsToFill = 4;
const longestStartMs = 250;
/** A write takes about a millisecond, much of it before we hear of it. */
const hitWithinMs = 1.5;
const longestBackupMs = 8;
const comparedAgain = 1_000;

export async function killStore(o: {
  count: number;
  plan: PlanName;
  programs: Programs;
  random?: () => number;
  signal?: AbortSignal;
  onKill?(): void;
}): Promise<StoreKills> {
  const home = mkdtempSync(join(tmpdir(), 'nm-kill-'));
  const life = new StoreLives(home, o);
  try {
    await life.begin();
    for (let round = 0; round < o.count && !o.signal?.aborted; round++) {
      if (!(await life.next())) break;
      o.onKill?.();
    }
    await life.finish();
    return life.found;
  } catch (error) {
    throw new Error(`the store said last:\n${life.said.slice(-4000)}`, { cause: error });
  } finally {
    await life.end();
    rmSync(home, { recursive: true, force: true });
  }
}

class StoreLives {
  readonly found: StoreKills = {
    ...{ injected: 0, unopenable: 0, tally: new Tally() },
    during: Object.fromEntries([...deeds, 'start'].map((deed) => [deed, 0])) as StoreKills['during'],
  };
  readonly #home: string;
  readonly #plan: PlanName;
  readonly #store: Supervised;
  readonly #samples: SampleLedger;
  readonly #records: RecordLedger;
  readonly #random: () => number;
  #comparedTo = 0;
  /** Of the lives to come, the next one first. */
  readonly #aims: Aim[] = ['any'];
  readonly #canSlowDown = whyNoTrace() === null;
  #isBackingUp = false;

  constructor(home: string, o: { plan: PlanName; programs: Programs; random?: () => number }) {
    this.#home = home;
    this.#plan = o.plan;
    this.#random = o.random ?? Math.random;
    const { flags, streams } = planOf(o.plan, Date.now());
    const runDir = join(home, 'run');
    mkdirSync(runDir, { mode: 0o700 });
    this.#store = new Supervised('store', o.programs.command('store', flags, { home, runDir }));
    this.#samples = new SampleLedger(runDir, streams);
    this.#records = new RecordLedger(runDir);
  }

  get said(): string {
    return this.#store.said;
  }

  async begin(): Promise<void> {
    this.#store.start();
    await this.#store.ready();
    await this.#samples.attach();
  }

  /** One life and its end; false when there is none any more. */
  async next(): Promise<boolean> {
    const aim = this.#aims.shift()!;
    if (this.#aims.length === 0) this.#aims.push(...this.#drawAims());
    this.#store.prefix = this.#canSlowDown && brief.includes(this.#aims[0]!) ? slowedDown : [];
    if (aim === 'start') {
      await sleep(this.#random() * longestStartMs);
      await this.#kill();
      return this.#isThere();
    }
    const seen = this.#watchFor(aim);
    if (atOnce.includes(aim)) await Promise.race([seen.now, this.#store.ready()]);
    else {
      if (!(await this.#isThere())) return false;
      await this.#compare();
    }
    const load = new AbortController();
    const all = Promise.allSettled(atOnce.includes(aim) ? [] : this.#loads(aim, load.signal));
    const patience = new AbortController();
    const waitMs = aim === 'any' ? this.#random() * longestLifeMs : (patienceMs[aim] ?? longestWaitMs);
    await Promise.race([seen.now, sleep(waitMs, undefined, patience).catch(() => undefined)]);
    // A sleep of nothing would take a millisecond.
    if (aim !== 'any' && this.#random() < 0.5) await sleep(this.#random() * hitWithinMs);
    await this.#kill();
    load.abort();
    patience.abort();
    seen.stop();
    this.#noteRefusals(await all);
    return true;
  }

  /** The store goes away under them, as we mean it to. */
  #loads(aim: Aim, signal: AbortSignal): Promise<void>[] {
    const isMuch = aim === 'compaction' || aim === 'table';
    const records = isMuch ? this.#records.writeMuch(signal) : this.#records.write(signal);
    return [this.#samples.send(signal), records, this.#provoke(aim)];
  }

  async finish(): Promise<void> {
    if (!(await this.#isThere())) return;
    const load = AbortSignal.timeout(200);
    await Promise.all([this.#samples.send(load), this.#records.write(load)]);
    await eventually('the last commit', () => this.#samples.sent.settled, { everyMs: 10 });
    const { tally } = this.found;
    await this.#samples.compare(tally);
    await this.#records.check(tally, true);
    await this.#store.stop();
    tally.doubled += (await countOnDisk(join(this.#home, 'state', 'store'))).doubled;
    this.found.tally.notes.push(...this.#store.ownEnds);
    this.found.unopenable += this.#store.ownEnds.length;
  }

  async end(): Promise<void> {
    this.#samples.close();
    this.#records.close();
    await this.#store.stop('SIGKILL');
  }

  async #isThere(): Promise<boolean> {
    if (await this.#store.ready()) return true;
    this.found.tally.notes.push(...this.#store.ownEnds.slice(-1));
    this.found.unopenable++;
    return false;
  }

  async #compare(): Promise<void> {
    await this.#samples.attach();
    await this.#samples.compare(this.found.tally, this.#comparedTo);
    await this.#records.check(this.found.tally);
    // The last cycles anew each time; all of it at the end.
    this.#comparedTo = Math.max(0, this.#samples.sent.acked - comparedAgain);
  }

  async #kill(): Promise<void> {
    const { isReady: wasReady } = this.#store;
    const killed = await this.#store.kill((said) => {
      const write = writeUnderWay(said);
      const doing: (Deed | 'start')[] = [
        ...(write === null ? [] : deedsOf(write)),
        ...databaseDeeds(this.#levelLog()),
        ...(this.#isBackingUp ? (['backup'] as const) : []),
        ...(wasReady ? [] : (['start'] as const)),
      ];
      for (const deed of doing) this.found.during[deed]++;
    });
    if (killed) this.found.injected++;
    this.#isBackingUp = false;
  }

  /** Makes it happen, where it does not by itself. */
  async #provoke(aim: Aim): Promise<void> {
    if (aim !== 'cleanup' && aim !== 'backup') return;
    await sleep(this.#random() * longestLifeMs);
    if (aim === 'cleanup') return this.#records.cleanUp();
    this.#isBackingUp = true;
    this.#onBackup();
    // When it breaks off, that was because of the kill.
    await this.#records.backup();
    this.#isBackingUp = false;
  }

  #onBackup: () => void = () => undefined;

  /** Resolves when it is seen to happen. */
  #watchFor(aim: Aim): { now: Promise<void>; stop(): void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onBackup =
      aim === 'backup' ? () => setTimeout(resolve, this.#random() * longestBackupMs) : () => undefined;
    if (aim === 'seal' || aim === 'rollup' || aim === 'retention' || aim === 'cleanup') {
      this.#store.onWords = (words) => {
        const write = writeUnderWay(words);
        if (write !== null && deedsOf(write).includes(aim)) resolve();
      };
    } else if (aim === 'fill')
      this.#store.onWords = () => {
        if (writesDone(this.#store.said, 'seal') >= sealsToFill) resolve();
      };
    const poll =
      aim === 'compaction' || aim === 'table'
        ? setInterval(() => {
            if (databaseDeeds(this.#levelLog()).includes(aim)) resolve();
          }, 1)
        : undefined;
    const stop = () => {
      clearInterval(poll);
      this.#store.onWords = () => undefined;
    };
    return { now: promise, stop };
  }

  /** LevelDB begins it anew at each opening. */
  #levelLog(): string {
    try {
      return readFileSync(join(this.#home, 'state', 'store', 'db', 'LOG'), 'utf8');
    } catch {
      // It is being opened just now.
      return '';
    }
  }

  /** Only a store that is there refuses; what a killed one leaves unanswered is no finding. */
  #noteRefusals(all: readonly PromiseSettledResult<unknown>[]): void {
    for (const one of all) {
      if (one.status === 'fulfilled') continue;
      const { code, message } = one.reason as { code?: string; message: string };
      if (code === 'UNAVAILABLE' || code === 'CLOSED') continue;
      this.found.tally.wrong++;
      this.found.tally.note(`a call was answered ${code}: ${message}`);
    }
  }

  /** What ages is there only when something was sealed before. */
  #drawAims(): Aim[] {
    const aim = this.#drawAim();
    return atOnce.includes(aim) ? ['fill', aim] : [aim];
  }

  #drawAim(): Aim {
    const possible = Object.entries(weights).filter(([aim]) => aim !== 'retention' || this.#plan === 'gone');
    let left = this.#random() * possible.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [aim, weight] of possible) {
      left -= weight;
      if (left < 0) return aim as Aim;
    }
    return 'any';
  }
}
