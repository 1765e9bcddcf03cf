/** What earlier runs of the same commit found, so that a long test can be done in pieces. */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCodeOf } from '../../appliance/runtime/errors.ts';
import { writeFileSafely } from '../../appliance/runtime/files.ts';
import { type Findings, nothingFound, sum } from './fault.ts';

/** A changed tree is another program: its findings are not added to those of the commit. */
export function commitOf(root: string): { commit: string; clean: boolean } {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  return {
    commit: git('rev-parse', 'HEAD'),
    clean: git('status', '--porcelain', '--untracked-files=no') === '',
  };
}

export function stateFile(root: string, commit: string, name: string): string {
  return join(root, '.cache', 'faults', commit, `${name}.json`);
}

export async function readFindings(file: string): Promise<Findings> {
  try {
    return sum(nothingFound, JSON.parse(await readFile(file, 'utf8')) as Findings);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return nothingFound;
    throw error;
  }
}

export async function writeFindings(file: string, findings: Findings): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFileSafely(file, `${JSON.stringify(findings)}\n`);
}
