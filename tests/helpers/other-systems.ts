/** Programs of macOS and the PowerShell of Windows, as far as fixtures have what they print; each start is a line in `started`. */
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAnswerer } from '../../agent/elsewhere/answerer.ts';
import { repository } from './programs.ts';

const fixtures = { darwin: 'tests/fixtures/mac', win32: 'tests/fixtures/windows' };

/** Prints the file that is named as it was called, with or without its arguments. */
const macProgram = `#!/bin/sh
name=$(basename "$0")
echo "$name $*" >> "STARTED"
if [ -f "FIXTURES/$name $*" ]; then exec cat "FIXTURES/$name $*"; fi
exec cat "FIXTURES/$name"
`;

/** Reads a command a line; echoes what is to be echoed, and prints the fixture whose class a command names. */
const powerShell = `#!/bin/sh
echo "powershell.exe" >> "STARTED"
while read -r line; do
  case "$line" in
  exit) exit 0 ;;
  *'echo --###'*) printf '%s\\r\\n' "\${line#*echo }" | sed 's/; *\\r$/\\r/' ;;
  *)
    for file in FIXTURES/*; do
      class=$(basename "$file")
      case "$line" in *"$class"*) sed 's/$/\\r/' "$file" ;; esac
    done
    ;;
  esac
done
`;

export class OtherSystem {
  readonly system: 'darwin' | 'win32';
  readonly #folder = mkdtempSync(join(tmpdir(), 'nm-system-'));

  constructor(system: 'darwin' | 'win32') {
    this.system = system;
    const texts = join(repository, fixtures[system]);
    const write = (name: string, script: string) => {
      const file = join(this.#folder, name);
      const text = script.replaceAll('STARTED', this.#started).replaceAll('FIXTURES', texts);
      writeFileSync(file, text);
      chmodSync(file, 0o755);
    };
    if (system === 'win32') {
      write('powershell.exe', powerShell);
      return;
    }
    write('.program', macProgram);
    const names = new Set(readdirSync(texts).map((file) => file.split(' ')[0]!));
    for (const name of names) symlinkSync('.program', join(this.#folder, name));
  }

  /** From now on this program never ends. */
  hang(name: string): void {
    const file = join(this.#folder, name);
    rmSync(file);
    writeFileSync(file, `#!/bin/sh\necho $$ > ${this.#folder}/.hanging\nexec sleep 600\n`);
    chmodSync(file, 0o755);
  }

  /** The process of one that was told to hang, once it was started. */
  hanging(): number | undefined {
    try {
      return Number.parseInt(readFileSync(join(this.#folder, '.hanging'), 'utf8'), 10) || undefined;
    } catch {
      return undefined; // not yet
    }
  }

  runs(pid: number): boolean {
    try {
      return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return false; // it has ended
    }
  }

  answerer() {
    const env = { PATH: `${this.#folder}:/usr/bin:/bin:/usr/sbin:/sbin`, WINDIR: '/' };
    return startAnswerer([join(repository, 'tests/helpers/answerer.ts'), this.system], env);
  }

  /** Every program that was started so far. */
  get started(): string[] {
    try {
      return readFileSync(this.#started, 'utf8').split('\n').slice(0, -1);
    } catch {
      return []; // none was
    }
  }

  get #started(): string {
    return join(this.#folder, '.started');
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
