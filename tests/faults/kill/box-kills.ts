/** SIGKILL of the door, the watch, the page, the panel and the box's own agent, all at once and under load; the ledgers are outside. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DaemonName } from '../../../appliance/launch/daemons.ts';
import { messageOf } from '../../../appliance/runtime/errors.ts';
import type { ExportQuery } from '../../../appliance/store/client/types.ts';
import { eventually } from '../../helpers/eventually.ts';
import { ClockMachine } from '../clock-machine.ts';
import { Box } from './box.ts';
import { countOnDisk } from './disk-ticks.ts';
import { Mails } from './mails.ts';
import { Newcomers } from './newcomers.ts';
import { People } from './people.ts';
import type { Programs } from './programs.ts';
import { Tally } from './tally.ts';
import { Watchers } from './watchers.ts';

export const killed = ['ingest', 'watch', 'web', 'display', 'agent'] as const satisfies readonly DaemonName[];
export type Killed = (typeof killed)[number];

export type BoxKills = {
  injected: Record<Killed, number>;
  unopenable: number;
  /** Killed before it was ready. */
  start: number;
  /** Killed while a mail was on its way, by the step of the dialogue. */
  mailing: Record<string, number>;
  tally: Tally;
};

const longestLifeMs = 400;
const longestStartMs = 200;
const startShare = 0.1;
const aimedShare = 0.7;
const machineCount = 10;
const tickEveryMs = 200;

export async function killInBox(o: {
  count: number;
  programs: Programs;
  daemons?: readonly Killed[];
  random?: () => number;
  signal?: AbortSignal;
  onKill?(daemon: Killed): void;
}): Promise<BoxKills> {
  const random = o.random ?? Math.random;
  const box = await Box.start(o.programs);
  const lives = new BoxLives(box, await Mails.open(box, random), random);
  try {
    await lives.prepare();
    const stop = new AbortController();
    const loads = lives.loads(stop.signal);
    const kills = (o.daemons ?? killed).map(async (daemon) => {
      for (let round = 0; round < o.count && !o.signal?.aborted; round++) {
        if (!(await lives.next(daemon))) return;
        o.onKill?.(daemon);
      }
    });
    await Promise.all(kills);
    stop.abort();
    await loads;
    await lives.finish();
    return lives.found;
  } finally {
    await lives.end();
  }
}

class BoxLives {
  readonly found: BoxKills = {
    injected: { ingest: 0, watch: 0, web: 0, display: 0, agent: 0 },
    ...{ unopenable: 0, start: 0, mailing: {}, tally: new Tally() },
  };
  readonly #box: Box;
  readonly #random: () => number;
  readonly #machines: { machine: number; life: ClockMachine }[] = [];
  readonly #newcomers: Newcomers;
  readonly #people: People;
  readonly #watchers: Watchers;
  readonly #mails: Mails;
  readonly #first = { door: '', page: '', agent: '' };

  constructor(box: Box, mails: Mails, random: () => number) {
    this.#box = box;
    this.#mails = mails;
    this.#random = random;
    this.#newcomers = new Newcomers(box);
    this.#people = new People(box);
    this.#watchers = new Watchers(box);
  }

  async prepare(): Promise<void> {
    const { ingest, web, registry } = this.#box.clients;
    this.#first.door = (await ingest.door()).id;
    this.#first.page = (await web.address()).fingerprint;
    this.#first.agent = await eventually("the box's own agent is a machine", () => this.#ownAgent());
    await this.#newcomers.prepare();
    await this.#people.prepare();
    await this.#mails.prepare();
    await this.#watchers.prepare();
    for (let at = 0; at < machineCount; at++) {
      const life = new ClockMachine({ port: this.#box.ports.door, trueMs: Date.now, everyMs: tickEveryMs });
      const admission = { key: life.identity.id, name: `pc ${at}`, by: 'ledger', local: false };
      this.#machines.push({ life, machine: (await registry.admit(admission)).machine });
    }
  }

  async loads(signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.#newcomers.come(signal),
      this.#people.work(signal),
      this.#watchers.work(signal),
      this.#press(signal),
    ]);
  }

  /** One life of a daemon and its end; false when it has none any more. */
  async next(daemon: Killed): Promise<boolean> {
    const supervised = this.#box.daemons[daemon];
    if (this.#random() < startShare) {
      await sleep(this.#random() * longestStartMs);
      if (!supervised.isReady) this.found.start++;
    } else {
      if (!(await supervised.ready())) return this.#gone(daemon);
      await this.#check(daemon);
      const isAimed = daemon === 'watch' && this.#random() < aimedShare;
      await (isAimed ? this.#mails.moment() : sleep(this.#random() * longestLifeMs));
    }
    if (await supervised.kill(() => undefined)) this.found.injected[daemon]++;
    if (daemon === 'watch') await this.#mails.killed();
    return true;
  }

  async finish(): Promise<void> {
    for (const daemon of killed) {
      if (!(await this.#box.daemons[daemon].ready())) return;
      await this.#check(daemon);
    }
    const { tally } = this.found;
    for (const { life } of this.#machines) life.pause();
    const isSettled = () => this.#machines.every(({ life }) => life.unacknowledged === 0);
    await eventually('everything is acknowledged', isSettled);
    const unseen: string[] = [];
    for (const one of this.#machines) unseen.push(...(await this.#compare(one)));
    await this.#newcomers.check(tally);
    await this.#watchers.finish(tally);
    await this.#mails.finish(tally);
    this.found.mailing = Object.fromEntries(this.#mails.during);
    const { broken } = await this.#box.clients.store.verifyJournal();
    if (broken !== null) tally.wrong++;
    await this.#judgeUnseen(unseen);
    tally.notes.push(...this.#box.ownEnds);
    this.found.unopenable += this.#box.ownEnds.length;
  }

  async end(): Promise<void> {
    await Promise.all(this.#machines.map(({ life }) => life.stop()));
    this.#watchers.close();
    await this.#mails.close();
    await this.#box.stop();
  }

  get said(): string {
    return `${this.#people.answered} answers to people, ${this.#newcomers.count} newcomers let in, ${this.#mails.said}`;
  }

  #gone(daemon: Killed): boolean {
    this.found.unopenable++;
    this.found.tally.notes.push(...this.#box.daemons[daemon].ownEnds.slice(-1));
    return false;
  }

  /** Ready, and what it keeps is what it was. */
  async #check(daemon: Killed): Promise<void> {
    const { tally } = this.found;
    try {
      const kept = await this.#kept(daemon);
      tally.compared++;
      if (kept) return;
      tally.lost++;
      tally.note(`${daemon} has another key than before`);
    } catch (error) {
      tally.wrong++;
      tally.note(`${daemon} is ready and does not answer: ${messageOf(error)}`);
    }
  }

  async #kept(daemon: Killed): Promise<boolean> {
    const { ingest, web, display } = this.#box.clients;
    const { tally } = this.found;
    switch (daemon) {
      case 'ingest':
        await this.#newcomers.checkToken(tally);
        return (await ingest.door()).id === this.#first.door;
      case 'watch':
        await this.#watchers.check(tally);
        return true;
      case 'web':
        await this.#people.check(tally);
        return (await web.address()).fingerprint === this.#first.page;
      case 'display':
        return (await display.frame()).text.length > 0;
      case 'agent':
        return (await this.#ownAgent()) === this.#first.agent;
    }
  }

  /** Number and key: it must not become another machine. */
  async #ownAgent(): Promise<string | false> {
    const own = (await this.#box.clients.store.machines()).filter(({ local }) => local);
    return own.length === 0 ? false : own.map(({ machine, key }) => `${machine} ${key}`).join();
  }

  async #press(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(longestLifeMs);
      // It may be away just now.
      await this.#box.clients.display.press('press').catch(() => undefined);
    }
  }

  /** Each acknowledged value once, by the reading API; the names of ticks whose values were not answered. */
  async #compare({ machine, life }: { machine: number; life: ClockMachine }): Promise<string[]> {
    const { tally } = this.found;
    const left = new Map<number, string[]>();
    for (const { value, run, seq } of life.ledger)
      left.set(value, [...(left.get(value) ?? []), `${machine} ${run} ${seq}`]);
    const query: Omit<ExportQuery, 'cursor'> = {
      ...{ machine, names: ['value'], fromMs: 0, toMs: 2 ** 47, tier: 'raw' },
    };
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await this.#box.clients.store.exportPage(
        cursor === undefined ? query : { ...query, cursor },
      );
      for (const value of page.columns[0]?.values ?? []) {
        const ticks = left.get(value ?? -1);
        if (ticks === undefined) tally.wrong++;
        else if (ticks.pop() === undefined) tally.doubled++;
      }
      cursor = page.next;
    }
    tally.compared += life.ledger.length;
    return [...left.values()].flat();
  }

  /** Of two ticks of the same date a reader is shown one; what is neither shown nor on the disk is lost. */
  async #judgeUnseen(unseen: readonly string[]): Promise<void> {
    if (unseen.length === 0) return;
    const { tally } = this.found;
    await this.#box.daemons.store.stop();
    const { all } = await countOnDisk(join(this.#box.home, 'state', 'store'));
    const lost = unseen.filter((tick) => !all.has(tick));
    tally.note(`${unseen.length} ticks have the date of another, ${lost.length} of them are not on the disk`);
    tally.lost += lost.length;
    for (const tick of lost) tally.note(`acknowledged and lost: ${tick}`);
  }
}
