/** What the repository holds, as git lists it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export function trackedFiles(...patterns: string[]): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--', ...patterns], { cwd: root, encoding: 'utf8' });
  return listed.split('\0').filter((path) => path !== '');
}

export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Our own programs: TypeScript and the JavaScript that an older Node must run. */
export function sources(): string[] {
  return trackedFiles('*.ts', '*.mjs', '*.js').filter((path) => !path.startsWith('tests/fixtures/'));
}

/** `path:line: text` of every line that matches. */
export function linesMatching(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) =>
    textOf(path)
      .split('\n')
      .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim().slice(0, 100)}`] : [])),
  );
}
