/** `netmonitor restore`: a backup becomes the state of a box that does not run; the store's own program does it. */
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../runtime/environment.ts';
import { Failure, type FailureCode, messageOf } from '../../runtime/errors.ts';
import { placesOf } from '../../runtime/places.ts';
import type { Ending, Manifest } from '../../store/client/backup/format.ts';
import { moment, size } from '../format.ts';
import { plain, toJson } from '../print.ts';
import { askYesNo } from './ask.ts';
import { knownPassphrase, passphraseFile } from './passphrase.ts';
import { type Call, Misuse, type Verb } from './verb.ts';

const progressEveryMs = 2000;

export const restore: Verb = {
  about: {
    en: 'make a backup the state of a box that is not running',
    fr: 'faire d’une sauvegarde l’état d’un boîtier qui ne tourne pas',
  },
  usage: 'FILE|-',
  mostWords: 1,
  offline: true,
  options: {
    replace: {
      type: 'boolean',
      about: {
        en: 'also where there are data: they are kept beside, and the command says where',
        fr: 'même s’il y a des données : elles sont gardées à côté, et la commande dit où',
      },
    },
    encrypted: {
      type: 'boolean',
      about: {
        en: 'the backup is encrypted: ask for its passphrase',
        fr: 'la sauvegarde est chiffrée : demander sa phrase secrète',
      },
    },
    'passphrase-file': passphraseFile,
    yes: {
      type: 'boolean',
      about: { en: 'do not ask before --replace', fr: 'ne pas demander avant --replace' },
    },
  },
  async run(call) {
    const [file] = call.words;
    if (file === undefined) throw new Misuse(call.say('restoreNeedsFile'));
    const stateDir = stateDirOf(call);
    if (!(await mayReplace(call, stateDir))) return 1;
    const isEncrypted = call.values.encrypted === true || call.values['passphrase-file'] !== undefined;
    const passphrase = isEncrypted ? await knownPassphrase(call) : null;
    tell(call, await runStore(call, file, stateDir, passphrase));
    return 0;
  },
};

type Restored = { stateDir: string; manifest: Manifest; ending: Ending; keptIn: string | null };
type Line =
  | { progress: { bytes: number; of: number } }
  | { restored: Restored }
  | { error: { code: FailureCode; message: string; path?: string } };

const stateDirOf = ({ home }: Call) =>
  placesOf('store', { ...(home === undefined ? {} : { home }), journald: false, argv: [] }).stateDir;

async function mayReplace(call: Call, stateDir: string): Promise<boolean> {
  if (call.values.replace !== true || call.values.yes === true) return true;
  if (!existsSync(join(stateDir, 'created'))) return true;
  if ((await askYesNo(call, call.say('restoreReplace', stateDir))) === true) return true;
  call.terminal.complain(call.say(call.terminal.interactive ? 'nothingChanged' : 'restoreNotYes'));
  return false;
}

/** Beside this command: as source in a clone, as a bundle on an installed box. */
function storeProgram(call: Call): string {
  const places = ['../../store/main.ts', '../store/main.mjs'].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Failure('NOT_FOUND', call.say('noProgram', places.join(', ')));
  return found;
}

/** The state belongs to the store's user, so whoever is root becomes that user. */
function ownerOf(stateDir: string): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0 || !existsSync(stateDir)) return undefined;
  const { uid, gid } = statSync(stateDir);
  return { uid, gid };
}

async function runStore(
  call: Call,
  file: string,
  stateDir: string,
  passphrase: string | null,
): Promise<Restored> {
  const program = storeProgram(call);
  const input =
    file === '-'
      ? null
      : await open(file, 'r').catch((error: unknown) => {
          throw new Failure('NOT_FOUND', call.say('notReadable', file, messageOf(error)), {
            cause: error,
            path: file,
          });
        });
  const args = ['restore', `--by=${call.user}`];
  if (call.values.replace === true) args.push('--replace');
  if (passphrase !== null) args.push('--passphrase');
  try {
    const child = spawn(process.execPath, [program, ...args], {
      stdio: [input?.fd ?? 'inherit', 'pipe', 'inherit', 'pipe'],
      env: childEnvironment({ NETMONITOR_HOME: call.home }),
      ...ownerOf(stateDir),
      signal: call.signal,
    });
    const failed = new Promise<never>((_, reject) => child.once('error', reject));
    const secrets = child.stdio[3] as NodeJS.WritableStream;
    // A store that refuses at once does not read it.
    secrets.on('error', () => undefined);
    secrets.end(passphrase ?? '');
    return await Promise.race([outcome(call, child.stdout!), failed]);
  } finally {
    await input?.close();
  }
}

async function outcome(call: Call, lines: NodeJS.ReadableStream): Promise<Restored> {
  let toldMs = performance.now();
  for await (const text of createInterface({ input: lines })) {
    const line = JSON.parse(text) as Line;
    if ('error' in line) {
      const { code, message, path } = line.error;
      throw new Failure(code, message, path === undefined ? {} : { path });
    }
    if ('restored' in line) return line.restored;
    if (!call.terminal.interactive || call.json || performance.now() - toldMs < progressEveryMs) continue;
    toldMs = performance.now();
    call.terminal.complain(call.say('backupProgress', size(line.progress.bytes, call.language)));
  }
  throw new Failure('INTERNAL', 'the store ended without a word: nothing was changed');
}

function tell(call: Call, done: Restored): void {
  const { terminal, say, language, nowMs } = call;
  if (call.json) {
    terminal.print(toJson(done, 2));
    return;
  }
  const { manifest, ending, keptIn, stateDir } = done;
  const made = moment(manifest.madeMs, nowMs, language);
  terminal.print(say('restored', plain(stateDir), manifest.machines, ending.entries, made));
  if (keptIn !== null) terminal.print(say('restoredKept', plain(keptIn)));
  const left = Object.keys(ending.leftOut).join(', ');
  if (left !== '') terminal.print(say('restoredWithout', plain(left)));
}
