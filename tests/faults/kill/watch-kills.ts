/** SIGKILL of a watch beside nothing but a store, while it mails: what a whole box costs in CPU goes into kills. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { flagsOf } from '../../../appliance/launch/daemons.ts';
import { createStoreClient, type StoreClient } from '../../../appliance/store/client/client.ts';
import { quickWatch } from './box.ts';
import { Mails } from './mails.ts';
import type { Programs } from './programs.ts';
import { Supervised } from './supervised.ts';
import { Tally } from './tally.ts';
import { Watchers } from './watchers.ts';

export type WatchKills = { injected: number; mailing: number; unopenable: number; tally: Tally };

const machines = 4;
const measureEveryMs = 200;
const aimedShare = 0.8;
const longestLifeMs = 200;

export async function killWatch(o: {
  count: number;
  programs: Programs;
  random: () => number;
  signal: AbortSignal;
}): Promise<WatchKills> {
  const home = mkdtempSync(join(tmpdir(), 'nm-kill-'));
  const runDir = join(home, 'run');
  mkdirSync(runDir, { mode: 0o700 });
  const setup = { home, ports: { door: 0, https: 0, http: 0 }, language: 'en', assetsDir: home } as const;
  const supervised = (daemon: 'store' | 'watch', more: readonly string[]) =>
    new Supervised(
      daemon,
      o.programs.command(daemon, [...flagsOf(daemon, setup), ...more], { home, runDir }),
    );
  const storeDaemon = supervised('store', ['--ballast', '0B', '--commit-interval', '1s']);
  const watch = supervised('watch', quickWatch);
  const store = createStoreClient({ runDir, as: 'console' });
  const door = createStoreClient({ runDir, as: 'ingest' });
  const place = { home, clients: { store } };
  const mails = await Mails.open(place, o.random);
  const watchers = new Watchers(place);
  const found: WatchKills = { injected: 0, mailing: 0, unopenable: 0, tally: new Tally() };
  const stop = new AbortController();
  try {
    storeDaemon.start();
    await storeDaemon.ready();
    watch.start();
    await watch.ready();
    const measuring = measure(door, stop.signal);
    await mails.prepare();
    await watchers.prepare();
    const working = watchers.work(stop.signal);
    while (found.injected < o.count && !o.signal.aborted) {
      await watch.ready();
      await watchers.check(found.tally);
      await (o.random() < aimedShare ? mails.moment() : sleep(o.random() * longestLifeMs));
      if (await watch.kill(() => undefined)) found.injected++;
      await mails.killed();
    }
    stop.abort();
    await Promise.all([measuring, working]);
    await watch.ready();
    await watchers.check(found.tally);
    await watchers.finish(found.tally);
    await mails.finish(found.tally);
    found.mailing = [...mails.during.values()].reduce((sum, times) => sum + times, 0);
    found.unopenable = watch.ownEnds.length + storeDaemon.ownEnds.length;
    return found;
  } finally {
    stop.abort();
    watchers.close();
    await mails.close();
    await watch.stop();
    await storeDaemon.stop();
    for (const client of [store, door]) client.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Machines whose one series is always above one limit of the ledger's rule and below the other. */
async function measure(door: StoreClient, signal: AbortSignal): Promise<void> {
  const all: number[] = [];
  for (let at = 1; at <= machines; at++) {
    const key = at.toString(16).padStart(64, '0');
    const { machine } = await door.admit({ key, name: `pc ${at}`, by: 'ledger', local: false });
    await door.updateMachine(machine, { state: 'up' });
    await door.series(machine, [{ name: 'value', unit: '1', scale: 0, kind: 'gauge' }]);
    all.push(machine);
  }
  const beginMs = Date.now();
  for (let seq = 0; !signal.aborted; seq++) {
    const tick = { seq, runMs: Date.now() - beginMs, values: [seq + 1] };
    const clock = { run: 'ab'.repeat(16), wallAtZeroMs: beginMs, trusted: true };
    await door.append(all.map((machine) => ({ machine, ...clock, ticks: [tick] })));
    await sleep(measureEveryMs, undefined, { signal }).catch(() => undefined);
  }
}
