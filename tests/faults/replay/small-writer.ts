/** Writes small files, each in a folder of its own, as a program that can be traced; each line that it says is a promise. */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import type { SmallFile } from './small-file.ts';
import { agentFiles, smallFiles } from './small-files.ts';

const files = { ...smallFiles, ...agentFiles };
const [root = '', ...names] = process.argv.slice(2) as [string, ...(keyof typeof files)[]];
for (const name of names) {
  const file: SmallFile = files[name];
  await file.write(join(root, name), (value) => writeSync(1, `${JSON.stringify({ name, value })}\n`));
}
