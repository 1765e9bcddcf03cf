/** The n-th sync of the real store fails with EIO: it ends with exit 1, and the next start has all that was promised. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, InVain } from '../../helpers/eventually.ts';
import { startProgram } from '../../helpers/programs.ts';
import { Ledger } from '../store-ledger.ts';

export type SyncFindings = {
  injected: number;
  lost: number;
  wrong: number;
  unopenable: number;
  manual: number;
};

const main = 'appliance/store/main.ts';
const flags = [
  ...[
    '--commit-interval',
    '30ms',
    '--commit-bytes',
    '16KiB',
    '--seal-interval',
    '1s',
    '--segment-bytes',
    '64KiB',
  ],
  ...['--log-level', 'error', '--ballast', '0B'],
];

export async function failSync(n: number): Promise<SyncFindings> {
  const home = mkdtempSync(join(tmpdir(), 'nm-sync-'));
  const found: SyncFindings = { injected: 0, lost: 0, wrong: 0, unopenable: 0, manual: 0 };
  // The counter is of each thread, so there must be one only.
  const env = { NETMONITOR_HOME: home, NETMONITOR_RUN: home, UV_THREADPOOL_SIZE: '1', UV_USE_IO_URING: '0' };
  const trace = ['strace', '-f', '-qq', '-o', join(home, 'trace'), '--seccomp-bpf', '-e', 'trace=fdatasync'];
  const prefix = [...trace, '-e', `inject=fdatasync:error=EIO:when=${n}`];
  const ledger = new Ledger(home);
  const failing = startProgram({ main, args: flags, env, prefix });
  let after = failing;
  try {
    const work = (async () => {
      await eventually('the store', () => {
        if (failing.over() !== null) throw new InVain('it has ended');
        return ledger.sent.epoch !== '';
      });
      await ledger.admitMachines();
      while (failing.over() === null) await ledger.send(AbortSignal.timeout(50));
    })();
    // The store goes away in the middle: that is what is meant.
    await Promise.race([work.catch(() => undefined), failing.ended]);
    const code = await failing.ended;
    if (code === 1) found.injected = 1;
    else found.manual++;
    await work.catch(() => undefined);
    after = startProgram({ main, args: flags, env });
    await eventually('the next start', () => {
      if (after.over() !== null) throw new InVain(after.said());
      return ledger.sent.epoch !== '';
    });
    const { lost, wrong } = await ledger.compare();
    found.lost += lost;
    found.wrong += wrong;
  } catch (error) {
    if (!(error instanceof InVain)) throw error;
    found.unopenable++;
  } finally {
    ledger.close();
    for (const program of [failing, after]) await program.end('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  }
  return found;
}
