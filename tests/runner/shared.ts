/** Several test files in one process: each is a suite of its name, and must leave the process as it found it. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, suite } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

/** What closes itself in the background has so long to do it. */
const graceMs = 10_000;

/** `at` holds the name of the file whose tests run, for whoever finds this process gone. */
export type Task = { files: readonly { path: string; name: string }[]; at: string; timeoutMs: number };

export function shareProcess({ files, at, timeoutMs }: Task): void {
  const once = { folder: process.cwd(), globals: globals() };
  let open = process.getActiveResourcesInfo();
  for (const { path, name } of files)
    suite(name, { timeout: timeoutMs }, async () => {
      before(() => writeFileSync(at, name));
      await import(pathToFileURL(path).href);
      // Declared last, it runs after the hooks of the file.
      after(async () => {
        const left = await leftOpen(open);
        open = process.getActiveResourcesInfo();
        writeFileSync(at, '');
        assert.deepEqual(left, [], `${name} leaves open what keeps a process alive`);
        assert.equal(process.cwd(), once.folder, `${name} leaves another working directory`);
        assert.deepEqual(globals(), once.globals, `${name} leaves other globals`);
      });
    });
}

const globals = () => Object.getOwnPropertyNames(globalThis).sort();

async function leftOpen(before: readonly string[]): Promise<string[]> {
  const patience = AbortSignal.timeout(graceMs);
  while (!patience.aborted && more(before).length > 0) await sleep(5);
  return more(before);
}

function more(before: readonly string[]): string[] {
  const known = [...before];
  return process.getActiveResourcesInfo().filter((kind) => {
    const at = known.indexOf(kind);
    if (at >= 0) known.splice(at, 1);
    return at < 0;
  });
}
