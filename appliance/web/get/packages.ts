/** The agent's packages in their folder, as the list beside them names them: what is not in the list is not served. */
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Checked, hex, integer, list, object, parseJson, text } from '../../protocol/check.ts';
import { systemCodeOf } from '../../runtime/errors.ts';

/** No name can leave the folder, and none needs quoting in the scripts that carry it. */
const word = text({ min: 1, max: 100, pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/, what: 'a plain name' });

const checkPackage = object({
  system: word,
  arch: word,
  kind: word,
  file: word,
  bytes: integer({ min: 1, max: 2 ** 30 }),
  sha256: hex(32),
});
const checkList = object({ version: word, packages: list(checkPackage, { max: 32 }) });

export type AgentPackage = Checked<typeof checkPackage>;
export type AgentPackages = Checked<typeof checkList>;

const scriptNames = ['install.sh', 'install.ps1'] as const;
export type ScriptName = (typeof scriptNames)[number];

export type Packages = {
  /** Undefined while none were built. */
  list(): Promise<AgentPackages | undefined>;
  script(name: ScriptName): Promise<string>;
  /** For reading; the caller closes it. */
  open(one: AgentPackage): ReturnType<typeof open>;
};

export function createPackages(folder: string): Packages {
  return {
    async list() {
      try {
        return checkList(parseJson(await readFile(join(folder, 'packages.json'))));
      } catch (error) {
        if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error) ?? '')) return undefined;
        throw error;
      }
    },
    script: (name) => readFile(join(folder, name), 'utf8'),
    open: ({ file }) => open(join(folder, file), 'r'),
  };
}
