/** Machines whose box was away come back all at once: their outboxes are drained into a real door and a real store, and compared. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadIdentity } from '../../../appliance/ingest/identity.ts';
import { Appliance } from '../../helpers/appliance.ts';
import { eventually } from '../../helpers/eventually.ts';
import { countOnDisk } from '../kill/disk-ticks.ts';
import { countDoubled, judgeRun } from './judge.ts';
import { intervalMs, SimulatedMachine, width } from './machine.ts';
import { CuttingProxy } from './proxy.ts';
import { type Mischief, SpeakingProxy } from './speaking-proxy.ts';

export type Drain = {
  machines: number;
  /** Each machine's agent was started so often while the box was away. */
  runs: number;
  ticksPerRun: number;
  cuts: number;
  commitInterval: string;
  withinMs: number;
  random(): number;
  progress(text: string): void;
  signal: AbortSignal;
};

export type Drained = {
  lost: number;
  wrong: number;
  doubled: number;
  ticks: number;
  values: number;
  mischief: Mischief;
  drainMs: number;
  lagMs: number;
};

export async function drain(o: Drain): Promise<Drained> {
  const folder = mkdtempSync(join(tmpdir(), 'nm-outage-'));
  const store = ['--commit-interval', o.commitInterval, '--keep-raw', '60d', '--ballast', '0B'];
  const box = await Appliance.start({ daemons: ['store', 'ingest'], flags: { store } });
  const door = await box.ingest.door();
  // Some 70 bytes a tick: even the shortest try has several connections that end in the middle of what waits.
  const bytes = Math.min(150_000, o.runs * o.ticksPerRun * 12);
  const { random } = o;
  const target = box.ports.door;
  const identity = await loadIdentity(join(box.home, 'state', 'ingest'));
  const keys = new Map<string, { keyPem: string; certificatePem: string }>();
  // Every other machine has the one before it, the others this one.
  const cutting = new CuttingProxy({ target, cuts: Math.floor(o.cuts / 2), bytes, random });
  const speaking = new SpeakingProxy({
    ...{ target, bytes, random },
    ...{ box: identity, machines: keys, cuts: Math.ceil(o.cuts / 2) },
  });
  await Promise.all([cutting.start(), speaking.start()]);
  const machines: SimulatedMachine[] = [];
  const numbers = new Map<SimulatedMachine, number>();
  try {
    for (let number = 0; number < o.machines && !o.signal.aborted; number++) {
      const machine = await prepared(o, join(folder, `pc-${number}`), number);
      machines.push(machine);
      const { name, identity } = machine;
      const by = 'fault test';
      const { machine: given } = await box.registry.admit({ key: identity.hash, name, by, local: false });
      numbers.set(machine, given);
      keys.set(identity.hash, identity);
    }
    const made = o.machines * o.runs * o.ticksPerRun;
    o.progress(`${made} ticks of ${o.machines} machines wait on disk`);
    const ports = o.cuts > 0 ? [speaking.port, cutting.port] : [target];
    const beganMs = performance.now();
    const lag = watchLag(box, [...numbers.values()]);
    await Promise.all(
      machines.map((machine, at) => machine.connect({ port: ports[at % ports.length]!, hash: door.id })),
    );
    const live = setInterval(() => machines.forEach((machine) => void machine.tick()), intervalMs);
    try {
      await eventually('all is drained', () => machines.every(({ drained }) => drained), {
        withinMs: o.withinMs,
        everyMs: 100,
      });
    } finally {
      clearInterval(live);
    }
    const drainMs = performance.now() - beganMs;
    const lagMs = lag.stop();
    o.progress(
      `drained in ${(drainMs / 1000).toFixed(1)} s, live lag at most ${(lagMs / 1000).toFixed(1)} s`,
    );
    await eventually('the last ticks are on disk, too', () => machines.every(({ empty }) => empty), {
      withinMs: 120_000,
      everyMs: 100,
    });
    const found = { lost: 0, wrong: 0, values: 0 };
    let doubledInHistory = 0;
    for (const machine of machines) {
      const fromMs = machine.runs[0]!.zeroWallMs;
      const toMs = Date.now() + intervalMs;
      const given = numbers.get(machine)!;
      doubledInHistory += await countDoubled(box.store, { machine: given, fromMs, toMs });
      for (const run of machine.runs) {
        const last = run === machine.run;
        const judged = await judgeRun(box.store, {
          ...{ machine: given, number: machine.number, run },
          zeroMs: last ? machine.zeroMs : run.zeroWallMs,
          produced: last ? machine.prefilled : run.produced,
        });
        for (const key of ['lost', 'wrong', 'values'] as const) found[key] += judged[key];
      }
    }
    const produced = machines.flatMap(({ runs }) => runs).reduce((sum, run) => sum + run.produced, 0);
    for (const machine of machines) await machine.end();
    await Promise.all((['store', 'ingest'] as const).map((daemon) => box.program(daemon).end()));
    const { ticks, doubled } = await countOnDisk(join(box.home, 'state', 'store'));
    if (ticks < produced) found.lost += (produced - ticks) * width;
    o.progress(`${produced} ticks produced, ${ticks} on the disk of the store, ${doubled} doubled`);
    const mischief = {
      ...speaking.done,
      cuts: speaking.done.cuts + cutting.cuts,
      unheard: speaking.done.unheard + cutting.unheard,
    };
    return { ...found, doubled: doubled + doubledInHistory, ticks: produced, mischief, drainMs, lagMs };
  } finally {
    for (const machine of machines) await machine.end();
    await Promise.all([cutting.stop(), speaking.stop()]);
    await box.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A machine that has measured all this time, with a pause between its runs. */
async function prepared(o: Drain, folder: string, number: number): Promise<SimulatedMachine> {
  mkdirSync(folder, { mode: 0o700 });
  const pauseMs = 12 * intervalMs;
  const agoMs = o.runs * (o.ticksPerRun * intervalMs + pauseMs);
  const machine = await SimulatedMachine.create({ folder, number, agoMs });
  for (let run = 0; run < o.runs; run++) {
    if (run > 0) {
      await machine.end();
      machine.clock.pass(pauseMs);
    }
    await machine.begin();
    await machine.measure(o.ticksPerRun);
  }
  return machine;
}

/** How much older than an interval what the store tells of a machine ever was, from the first sample on. */
function watchLag(box: Appliance, machines: readonly number[]): { stop(): number } {
  const newest = new Map<number, number>();
  const isWatched = new Set(machines);
  const graceMs = 2 * intervalMs;
  const sinceMs = Date.now();
  let worstMs = 0;
  const changes = box.store.changes(
    { topics: ['live'] },
    {
      onChange: (change) => {
        if (change.topic !== 'live' || !isWatched.has(change.machine)) return;
        newest.set(change.machine, Math.max(newest.get(change.machine) ?? 0, change.tMs));
      },
    },
  );
  const timer = setInterval(() => {
    const nowMs = Date.now();
    if (nowMs - sinceMs < graceMs) return;
    for (const machine of machines)
      worstMs = Math.max(worstMs, nowMs - (newest.get(machine) ?? sinceMs) - intervalMs);
  }, 500);
  return {
    stop() {
      clearInterval(timer);
      changes.stop();
      return worstMs;
    },
  };
}
