/** SIGKILL of an agent's outbox and link at random moments, while the box is away and while it is back. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openIdentity } from '../../../agent/identity.ts';
import { Appliance } from '../../helpers/appliance.ts';
import { eventually } from '../../helpers/eventually.ts';
import { type Program, startProgram } from '../../helpers/programs.ts';
import { countOnDisk } from './disk-ticks.ts';

export type OutboxKills = {
  injected: number;
  lost: number;
  doubled: number;
  unopenable: number;
  promised: number;
};

type Kept = { run: string; first: number; last: number }[];
const longestLifeMs = 700;

export async function killOutbox(o: {
  count: number;
  random?: () => number;
  signal?: AbortSignal;
  onKill?(killed: number): void;
}): Promise<OutboxKills> {
  const random = o.random ?? Math.random;
  const folder = mkdtempSync(join(tmpdir(), 'nm-agent-'));
  const home = join(folder, 'pc');
  mkdirSync(home, { mode: 0o700 });
  const box = await Appliance.start({
    daemons: ['store', 'ingest'],
    flags: { store: ['--commit-interval', '200ms', '--keep-raw', '60d', '--ballast', '0B'] },
  });
  const found = { injected: 0, lost: 0, doubled: 0, unopenable: 0, promised: 0 };
  const promised = new Set<string>();
  try {
    const { id } = await box.ingest.door();
    const { hash } = await openIdentity(home);
    const { machine } = await box.registry.admit({ key: hash, name: 'pc', by: 'fault test', local: false });
    const start = (connected: boolean, ticks: number) =>
      startProgram({
        main: 'tests/faults/outbox/worker.ts',
        args: [home, String(box.ports.door), connected ? id : '', String(ticks)],
      });
    for (let round = 0; round < o.count && !o.signal?.aborted; round++) {
      const program = start(random() < 0.5, 0);
      if (!(await lives(program))) {
        found.unopenable++;
        break;
      }
      await sleep(random() * longestLifeMs);
      if ((await program.end('SIGKILL')) === 'SIGKILL') found.injected++;
      remember(program, promised);
      o.onKill?.(found.injected);
    }
    const last = start(true, 40);
    // A replay is paced: 160 ticks of 60 series a second.
    const withinMs = 120_000 + promised.size * 15;
    await eventually('the box has all of it', () => last.said().includes('"empty"'), { withinMs });
    remember(last, promised);
    await last.end('SIGTERM');
    await Promise.all((['store', 'ingest'] as const).map((daemon) => box.program(daemon).end()));
    const { all, doubled } = await countOnDisk(join(box.home, 'state', 'store'));
    found.doubled = doubled;
    found.promised = promised.size;
    for (const name of promised) if (!all.has(`${machine} ${name}`)) found.lost++;
    return found;
  } finally {
    await box.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether it came so far as to say what it has. */
async function lives(program: Program): Promise<boolean> {
  const up = eventually('the outbox opens', () => program.said().includes('\n'), { everyMs: 5 });
  const first = await Promise.race([program.ended.then(() => false), up.then(() => true)]);
  if (!first) up.catch(() => undefined);
  return first;
}

/** Whole lines only: the last may have been cut off. */
function remember(program: Program, promised: Set<string>): void {
  for (const line of program.said().split('\n').slice(0, -1)) {
    if (!line.startsWith('{"kept"')) continue;
    for (const { run, first, last } of (JSON.parse(line) as { kept: Kept }).kept)
      for (let seq = first; seq <= last; seq++) promised.add(`${run} ${seq}`);
  }
}
