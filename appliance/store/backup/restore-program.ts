/**
 * `netmonitor-store restore [--replace] [--by=NAME] [--passphrase] < FILE`: the store's program restores while no store
 * runs, because nobody else opens a database. It says in lines of JSON how far it is; a passphrase comes on descriptor 3.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Environment } from '../../runtime/environment.ts';
import { exitCodeOf, Failure, messageOf } from '../../runtime/errors.ts';
import { placesOf } from '../../runtime/places.ts';
import { restore } from './restore.ts';

const passphraseDescriptor = 3;
const progressEveryMs = 500;

export async function restoreProgram(environment: Environment): Promise<number> {
  const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);
  try {
    const { values } = parseArgs({
      args: environment.argv.slice(1),
      options: { replace: { type: 'boolean' }, by: { type: 'string' }, passphrase: { type: 'boolean' } },
    });
    const { stateDir } = placesOf('store', environment);
    let toldMs = 0;
    const done = await restore({
      ...{ stateDir, source: process.stdin, replace: values.replace === true, wallMs: Date.now() },
      who: (values.by ?? 'netmonitor-store').slice(0, 200),
      passphrase: async () =>
        values.passphrase === true ? readFileSync(passphraseDescriptor, 'utf8').replace(/\r?\n$/, '') : null,
      progress(progress) {
        if (performance.now() - toldMs < progressEveryMs) return;
        toldMs = performance.now();
        say({ progress });
      },
    });
    say({ restored: { stateDir, ...done } });
    return 0;
  } catch (error) {
    const code = error instanceof Failure ? error.code : 'INTERNAL';
    say({
      error: { code, message: messageOf(error), ...(error instanceof Failure ? { path: error.path } : {}) },
    });
    return exitCodeOf(error);
  }
}
