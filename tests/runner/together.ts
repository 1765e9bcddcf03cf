/** Which test files may share a process, read from what they import: no list to keep. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** Whoever reaches one of these may start a process, a thread or a browser, and gets a process of its own. */
const apart =
  /^(node:)?(child_process|cluster|inspector|v8|vm|worker_threads)$|^(esbuild|playwright-core|pm2)$/;
/** What a process has only one of; a test that reads or changes it wants it for itself. */
const ofTheProcess =
  /\bprocess\.(abort|chdir|cpuUsage|emit|env|exit|exitCode|kill|memoryUsage|off|on|once|title|umask)\b|\bglobalThis\b/;
/** Imports, whether static, re-exported or dynamic, and modules named as files to run. Types leave nothing behind. */
const imports =
  /^(?:import|export)\s+(?!type\b)(?:[^;'"]*?\bfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'|\bnew URL\(\s*'([^']+\.ts)'/gm;
const filesPerProcess = 24;

export type Plan = { apart: string[]; together: string[][] };

export function planProcesses(files: readonly string[]): Plan {
  const modules = new Map<string, Module>();
  const light = files.filter((file) => mayShare(file, modules));
  const together: string[][] = [];
  for (let i = 0; i < light.length; i += filesPerProcess) together.push(light.slice(i, i + filesPerProcess));
  return { apart: files.filter((file) => !light.includes(file)), together };
}

type Module = { text: string; imports: string[] };

function mayShare(file: string, modules: Map<string, Module>): boolean {
  const seen = new Set([file]);
  for (const path of seen) {
    const { text, imports } = modules.get(path) ?? readModule(path, modules);
    if (path.includes('/tests/') && ofTheProcess.test(text)) return false;
    if (imports.some((name) => apart.test(name))) return false;
    for (const name of imports) if (name.startsWith('.')) seen.add(resolve(dirname(path), name));
  }
  return true;
}

function readModule(path: string, modules: Map<string, Module>): Module {
  const text = path.endsWith('.ts') ? readFileSync(path, 'utf8') : '';
  const names = [...text.matchAll(imports)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  const module = { text, imports: names };
  modules.set(path, module);
  return module;
}

/** One process of several files: the module that it starts with, and where it notes the file that it is at. */
export type Shared = { entry: string; at: string; names: string[] };

export function writeEntries(
  together: readonly (readonly string[])[],
  o: { root: string; folder: string; timeoutMs: number },
): Shared[] {
  const runner = JSON.stringify(join(o.root, 'tests', 'runner', 'shared.ts'));
  return together.map((paths, i) => {
    const files = paths.map((path) => ({ path, name: relative(o.root, path) }));
    const [entry, at] = [join(o.folder, `${i}.mjs`), join(o.folder, `${i}.at`)];
    const task = JSON.stringify({ files, at, timeoutMs: o.timeoutMs });
    writeFileSync(entry, `import { shareProcess } from ${runner};\nshareProcess(${task});\n`);
    writeFileSync(at, '');
    return { entry, at, names: files.map((file) => file.name) };
  });
}
