/** Compiled modules, types stripped, that the processes of the tests share and keep from run to run. */
import { globSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** One tree needs a tenth; modules in temporary folders add entries that nobody finds again. */
const maxBytes = 128 * 2 ** 20;

/** Node writes it only where it is told to (NODE_COMPILE_CACHE): by hand, a test runs from its source alone. */
export function compileCache(root: string): string {
  const path = join(root, '.cache', 'compiled');
  const files = globSync('**', { cwd: path, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
  if (bytes > maxBytes) rmSync(path, { recursive: true, force: true });
  return path;
}
