/** SIGKILL of the real store in mid-stream, at random moments, with seals and new log segments in between. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../appliance/runtime/log.ts';
import { openBlock, readTicks } from '../../appliance/store/blocks/block.ts';
import { databaseAt, openOptions } from '../../appliance/store/database/database.ts';
import { rangeOf } from '../../appliance/store/keys.ts';
import { replay } from '../../appliance/store/log/replay.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Program, startProgram } from '../helpers/programs.ts';
import { Ledger } from './store-ledger.ts';

export type KillFindings = {
  injected: number;
  lost: number;
  wrong: number;
  doubled: number;
  unopenable: number;
  /** What happened beside it, so that a run in which nothing was at stake is noticed. */
  acknowledged: number;
  blocks: number;
};

const flags = [
  ...['--commit-interval', '30ms', '--commit-bytes', '16KiB', '--seal-interval', '1s'],
  ...['--segment-bytes', '64KiB', '--log-level', 'error'],
];
const longestLifeMs = 500;

export async function killStore(o: {
  count: number;
  random?: () => number;
  signal?: AbortSignal;
  onKill?(killed: number): void;
}): Promise<KillFindings> {
  const random = o.random ?? Math.random;
  const home = mkdtempSync(join(tmpdir(), 'nm-kill-'));
  const findings = { injected: 0, lost: 0, wrong: 0, doubled: 0, unopenable: 0, acknowledged: 0, blocks: 0 };
  const env = { NETMONITOR_HOME: home, NETMONITOR_RUN: home };
  const ledger = new Ledger(home);
  let program = startProgram({ main: 'appliance/store/main.ts', args: flags, env });
  try {
    await opened(program, ledger, '');
    await ledger.admitMachines();
    let comparedTo = 0;
    for (let round = 0; round < o.count && !o.signal?.aborted; round++) {
      await sendFor(ledger, random() * longestLifeMs);
      const { epoch } = ledger;
      if ((await program.end('SIGKILL')) === 'SIGKILL') findings.injected++;
      o.onKill?.(findings.injected);
      program = startProgram({ main: 'appliance/store/main.ts', args: flags, env });
      if (!(await opened(program, ledger, epoch))) {
        findings.unopenable++;
        break;
      }
      // The last cycles anew each time; all of it at the end.
      add(findings, await ledger.compare(comparedTo));
      comparedTo = Math.max(0, ledger.acked - 500);
    }
    await sendFor(ledger, 100);
    await eventually('the last commit', () => ledger.settled);
    add(findings, await ledger.compare());
    findings.acknowledged = ledger.acked * ledger.machines.length;
    await program.end('SIGTERM');
    const { ticks, doubled, blocks } = await count(join(home, 'state', 'store'));
    findings.doubled = doubled;
    findings.blocks = blocks;
    if (ticks < findings.acknowledged) findings.lost += findings.acknowledged - ticks;
    return findings;
  } finally {
    ledger.close();
    await program.end('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  }
}

/** A store of another epoch than the one before, whose last lines may still come in. */
async function opened(program: Program, ledger: Ledger, before: string): Promise<boolean> {
  const ended = program.ended.then(() => 'ended' as const);
  const up = eventually('the store', () => ledger.epoch !== '' && ledger.epoch !== before, {
    everyMs: 10,
  }).then(() => 'up' as const);
  const first = await Promise.race([ended, up]);
  if (first === 'ended') up.catch(() => undefined);
  return first === 'up';
}

async function sendFor(ledger: Ledger, ms: number): Promise<void> {
  const stop = AbortSignal.timeout(Math.max(1, Math.round(ms)));
  await ledger.send(stop).catch((error: unknown) => {
    // The store went away earlier than we meant it to: the next start will tell.
    if (!(error instanceof Error)) throw error;
  });
}

function add(findings: KillFindings, found: { lost: number; wrong: number }): void {
  findings.lost += found.lost;
  findings.wrong += found.wrong;
}

/** Every tick that is on disk, read without the store: in a block once, or else in the log. */
export async function count(
  stateDir: string,
): Promise<{ ticks: number; doubled: number; blocks: number; all: ReadonlySet<string> }> {
  const inBlocks = new Set<string>();
  const all = new Set<string>();
  let doubled = 0;
  let blocks = 0;
  const database = databaseAt(join(stateDir, 'db'));
  await database.open(openOptions);
  for await (const bytes of database.values(rangeOf('block'))) {
    const block = openBlock(bytes);
    blocks++;
    for (const seq of readTicks(block).seqs) {
      const name = `${block.header.machine} ${block.header.run} ${seq}`;
      if (inBlocks.has(name)) doubled++;
      inBlocks.add(name);
      all.add(name);
    }
  }
  await database.close();
  const copy = mkdtempSync(join(tmpdir(), 'nm-kill-'));
  cpSync(join(stateDir, 'wal'), copy, { recursive: true });
  const log = createLog({ name: 'count', level: 'error' });
  await replay({
    folder: copy,
    log,
    onBatch(batch) {
      for (const { machine, run, ticks } of batch) {
        for (const { seq } of ticks) all.add(`${machine} ${run} ${seq}`);
      }
    },
  });
  rmSync(copy, { recursive: true, force: true });
  return { ticks: all.size, doubled, blocks, all };
}
